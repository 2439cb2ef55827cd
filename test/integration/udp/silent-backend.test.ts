import t from 'tap'
import { DOWN, loggedAt, PROBED, UP } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { startUdpBackend, tells } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

t.test('a udp probe takes a silent backend down, and its clients move', async t => {
  const a = await startUdpBackend(t, tells('a'))
  const b = await startUdpBackend(t, tells('b'))
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1s', ...PROBED, '--probe', 'udp,send=ping'],
    ...['--backend', a.address, '--backend', b.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  await Promise.all([a, b].map(({ address }) => evenkeel.backendState(address, 'up')))
  const client = await openUdpClient(t)
  const [silent, other] = /^a /.test((await client.ask('hello', evenkeel.port)).text) ? [a, b] : [b, a]
  const { answer } = silent
  const before = evenkeel.events.length

  silent.answer = () => undefined
  const silentAt = Date.now()
  const { text } = await client.askUntilAnswered('anybody?', evenkeel.port)
  const down = await evenkeel.backendState(silent.address, 'down', before)
  t.match(down, { cause: 'dead', reason: /timeout/, streak: 3 })
  t.ok(loggedAt(down) - silentAt <= DOWN, `down after ${loggedAt(down) - silentAt} ms`)
  t.equal(text, String(other.answer(Buffer.of(), Number(text.split(' ')[1]))), 'the other one answers')

  silent.answer = answer
  const restoredAt = Date.now()
  const up = await evenkeel.backendState(silent.address, 'up', before)
  t.ok(loggedAt(up) - restoredAt <= UP, `up after ${loggedAt(up) - restoredAt} ms`)
  await noLeaks()
})
