import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { MINETEST_PROBE, MinetestPeer, startMinetest } from '../../services/minetest.js'
import { needs } from '../../services/programs.js'

const PEERS = 10
const PINGS = 8

t.test('Minetest behind evenkeel', { skip: needs('minetestserver') }, async t => {
  const [alpha, beta] = await Promise.all([startMinetest(t), startMinetest(t)])
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--probe', MINETEST_PROBE],
    ...['--backend', `127.0.0.1:${alpha.port},name=alpha`],
    ...['--backend', `127.0.0.1:${beta.port},name=beta`],
    // To the server each probe is a peer, until it gives up on it.
    ...['--probe-interval', '1s', '--probe-timeout', '1s', '--udp-idle-timeout', '2s'],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const active = (backend: string) => evenkeel.metric('evenkeel_sessions_active', { backend })

  const peers = await Promise.all(Array.from({ length: PEERS }, () => MinetestPeer.open(t, evenkeel.port)))
  await Promise.all(peers.map(peer => peer.join()))
  t.equal(await active('alpha'), PEERS / 2, 'half of them on one server')
  t.equal(await active('beta'), PEERS / 2, 'half on the other')
  const play = (some: readonly MinetestPeer[]) =>
    Promise.all(
      some.map(async peer => {
        for (let i = 0; i < PINGS; i += 1) await peer.ping()
      }),
    )
  await play(peers)
  t.pass('each stays with the server that knows it: every reliable packet is confirmed')

  await alpha.process.end('SIGKILL')
  const onAlpha = peers.filter((_, i) => i % 2 === 0)
  const onBeta = peers.filter((_, i) => i % 2 === 1)
  await play(onBeta)
  t.pass('those on the other server play on')
  const heard = await Promise.allSettled(onAlpha.map(peer => peer.ping(AbortSignal.timeout(1000))))
  t.same([...new Set(heard.map(({ status }) => status))], ['rejected'], 'the other server does not know them')
  await Promise.all(onAlpha.map(peer => peer.join()))
  await play(onAlpha)
  t.pass('players of the killed server join again, each with the socket it had')
  t.equal(await active('alpha'), 0, 'nobody is left on the killed server')
  t.equal(await active('beta'), PEERS, 'all are on the other')
  for (const peer of peers) peer.leave()
  await noLeaks()
})
