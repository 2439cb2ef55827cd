import t from 'tap'
import { DOWN, loggedAt, PROBED, UP } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { quickest } from '../../fixtures/quickest.js'
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

  /** How long it takes to notice, as a share of the longest it may take. */
  const outage = async (): Promise<number> => {
    const before = evenkeel.events.length
    silent.answer = () => undefined
    const silentAt = Date.now()
    const asking = client.askUntilAnswered('anybody?', evenkeel.port)
    const down = await evenkeel.backendState(silent.address, 'down', before)
    t.match(down, { cause: 'dead', reason: /timeout/, streak: 3 })
    const { text } = await asking
    t.equal(text, String(other.answer(Buffer.of(), Number(text.split(' ')[1]))), 'the other one answers')

    silent.answer = answer
    const restoredAt = Date.now()
    const up = await evenkeel.backendState(silent.address, 'up', before)
    return Math.max((loggedAt(down) - silentAt) / DOWN, (loggedAt(up) - restoredAt) / UP)
  }
  const took = await quickest(1, outage, { tries: 3 })
  t.ok(took <= 1, `noticed within ${(100 * took).toFixed(0)} % of the time allowed`)
  await noLeaks()
})
