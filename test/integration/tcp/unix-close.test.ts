import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { Mailbox } from '../../fixtures/mailbox.js'
import { listenTo } from '../../fixtures/tcp-client.js'
import { serveTcp, serveUnix } from '../../fixtures/tcp-server.js'

const TIMES = 20
const TEXT = 'all there is to say'

t.jobs = 2

t.test('a unix backend that closes both ways at once has ended', { buffered: true }, async t => {
  const back = socketPath(t)
  await serveUnix(t, back, socket => socket.resume().write(TEXT, () => socket.destroy()))
  const flags = ['--listen', 'tcp://127.0.0.1:0', '--backend', `unix:${back}`, ...UNPROBED]
  const evenkeel = await startEvenkeel(t, flags)
  const noLeaks = watchForLeaks(t, evenkeel)
  for (let time = 0; time < TIMES; time++) {
    const { bytes, outcome } = await listenTo(evenkeel.port)
    if (outcome !== 'end' || bytes.toString() !== TEXT) t.fail(`${outcome} after ${bytes.length} bytes`)
  }
  await noLeaks()
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'backend-closed' }), TIMES)
})

t.test('a unix client that closes both ways at once has ended', { buffered: true }, async t => {
  const front = socketPath(t)
  const received = new Mailbox<string>()
  const server = await serveTcp(t, socket => {
    let text = ''
    socket.on('data', chunk => (text += chunk.toString()))
    socket.once('error', error => received.push(error.message))
    socket.once('end', () => {
      received.push(text)
      socket.end()
    })
  })
  const flags = ['--listen', `unix:${front}`, '--backend', server.address, ...UNPROBED]
  const evenkeel = await startEvenkeel(t, flags)
  const noLeaks = watchForLeaks(t, evenkeel)
  for (let time = 0; time < TIMES; time++) {
    const client = connect({ path: front })
    await once(client, 'connect')
    client.write(TEXT, () => client.destroy())
    t.equal(await received.at(time), TEXT)
  }
  await noLeaks()
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'client-closed' }), TIMES)
})

/** In a directory whose name is short enough. */
function socketPath(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  return join(directory, 'unix.sock')
}
