import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { startUdpBackend, type UdpBackend } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

const DATAGRAMS = 40
const PAUSE_MS = 50

t.test('case 21: UDP dead backend', async t => {
  const start = (name: string): Promise<UdpBackend> =>
    startUdpBackend(t, datagram => `${name} ${datagram.toString()}`)
  const a = await start('a')
  const b = await start('b')
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--udp-idle-timeout', '1s', ...PROBED],
    ...['--backend', a.address, '--backend', b.address],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const client = await openUdpClient(t)

  let sent = 0
  const sending = setInterval(() => {
    void client.send(`${sent}`, evenkeel.port)
    if (++sent === DATAGRAMS) clearInterval(sending)
  }, PAUSE_MS)
  t.teardown(() => clearInterval(sending))

  await client.replies.count(10)
  t.equal(client.replies.all[0]?.text.charAt(0), 'a')
  await a.stop()
  const alive = client.replies.all.length
  await client.replies.find(({ text }) => text.endsWith(` ${DATAGRAMS - 1}`))

  const answers = client.replies.all.map(({ text }) => text)
  t.equal(new Set(answers).size, answers.length, 'nothing is answered twice')
  t.ok(DATAGRAMS - answers.length <= 2, `${DATAGRAMS - answers.length} datagrams lost, at most 2`)
  const later = answers.slice(alive).map(text => text.charAt(0))
  t.ok(later.slice(1).every(name => name === 'b') && later.length > 20, 'the same client goes on elsewhere')
  await noLeaks()
})
