import { execFileSync, spawnSync } from 'node:child_process'
import t from 'tap'
import { openPair } from '../../fixtures/tcp-pair.js'

const skip = spawnSync('ss', ['-V']).error === undefined ? false : 'there is no ss'

t.test('idle connections are kept alive on both sides', { skip }, async t => {
  const { evenkeel, backend } = await openPair(t)
  const table = execFileSync('ss', ['-Htno', 'state', 'established'], { encoding: 'utf8' }).split('\n')
  /** The timer of the socket that has this port at its own end and that one at the other. */
  const timer = (own: number, other: number | undefined): string | undefined =>
    table.find(row => new RegExp(`:${own} +\\S+${other === undefined ? '' : `:${other}`} `).test(row))
  t.match(timer(evenkeel.port, undefined), /keepalive/, 'to the client')
  const { remotePort = 0, localPort } = backend.socket
  t.match(timer(remotePort, localPort), /keepalive/, 'to the backend')
})
