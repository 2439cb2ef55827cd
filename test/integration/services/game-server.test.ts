import t, { type Test } from 'tap'
import { probe } from '../../../examples/game-server-udp/teeworlds.js'
import { startEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { needs } from '../../services/programs.js'
import { Player, startTeeworlds } from '../../services/teeworlds.js'

const PLAYERS = 30
const REQUESTS_PER_SECOND = 20
const skip = needs('teeworlds-server')

for (const balance of ['ip-hash', 'round-robin']) {
  t.test(`Teeworlds behind evenkeel, ${balance}`, { skip }, async t => {
    const [alpha, beta] = await Promise.all([startTeeworlds(t, 'alpha'), startTeeworlds(t, 'beta')])
    const evenkeel = await startEvenkeel(t, [
      ...['--listen', 'udp://127.0.0.1:0', '--balance', balance, '--probe', probe()],
      ...['--backend', `127.0.0.1:${alpha.port},name=alpha`],
      ...['--backend', `127.0.0.1:${beta.port},name=beta`],
      ...['--probe-interval', '500ms', '--probe-timeout', '500ms', '--udp-idle-timeout', '1s'],
    ])
    const noLeaks = watchForLeaks(t, evenkeel)
    const players = await join(t, evenkeel.port)
    for (const player of players) player.play(REQUESTS_PER_SECOND)

    await answered(evenkeel, players, 20)
    const home = players.map(({ server }) => server)
    const onAlpha = players.filter(({ server }) => server === 'alpha')
    const onBeta = players.filter(({ server }) => server === 'beta')
    t.comment(`${onAlpha.length} players on alpha, ${onBeta.length} on beta`)
    t.ok(onAlpha.length > 0 && onBeta.length > 0, 'both servers have players')
    t.same(players.filter(isTornBetweenServers), [], 'each player keeps the server')

    await alpha.process.end('SIGKILL')
    await answered(evenkeel, onAlpha, 20, 'beta')
    await answered(evenkeel, onBeta, 20)
    for (const player of players) player.pause()
    await evenkeel.until(
      () => Promise.resolve(players),
      all => all.every(({ answers }) => answers.at(-1) !== undefined),
    )
    const lost = onAlpha.map(player => player.lost)
    t.comment(`lost of players on the killed server: ${lost.join(' ')}; they are on beta now`)
    t.ok(Math.max(...lost) <= 2, 'at most two requests lost')
    t.same([...new Set(onBeta.map(player => player.lost))], [0], 'nothing lost by the others')
    t.same([...new Set(players.map(({ server }) => server))], ['beta'])

    if (balance === 'ip-hash') {
      const restarted = evenkeel.events.length
      await startTeeworlds(t, 'alpha', alpha.port)
      await evenkeel.backendState('alpha', 'up', restarted)
      const again = await join(t, evenkeel.port)
      for (const player of again) player.play(REQUESTS_PER_SECOND)
      await answered(evenkeel, again, 1)
      t.same(
        again.map(({ server }) => server),
        home,
        'who comes anew finds the server of before',
      )
      for (const player of again) player.leave()
    }
    await noLeaks()
  })
}

function isTornBetweenServers({ answers }: Player): boolean {
  return new Set(answers.filter(name => name !== undefined)).size > 1
}

/** Players at as many addresses. */
function join(t: Test, port: number): Promise<readonly Player[]> {
  return Promise.all(Array.from({ length: PLAYERS }, (_, i) => Player.join(t, port, `127.0.1.${i + 1}`)))
}

/** Resolves when each of these players has got that many more answers, from this server. */
async function answered(
  evenkeel: Evenkeel,
  players: readonly Player[],
  count: number,
  server?: string,
): Promise<void> {
  const got = ({ answers }: Player): number =>
    answers.filter(name => (server === undefined ? name !== undefined : name === server)).length
  const before = players.map(got)
  await evenkeel.until(
    () => Promise.resolve(players.map(got)),
    now => now.every((received, i) => received - (before[i] ?? 0) >= count),
  )
}
