import { spawnSync } from 'node:child_process'
import t, { type Test } from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { isIsolated } from '../../fixtures/isolation.js'
import { startUdpBackend } from '../../fixtures/udp-backend.js'
import { openUdpClient } from '../../fixtures/udp-client.js'

/** Sends one UDP datagram, from a port that is somebody else's, to a port of 127.0.0.1. */
const SPOOF = `
  use Socket;
  my ($from, $to) = @ARGV;
  socket(my $raw, AF_INET, SOCK_RAW, 17) or die $!;
  send($raw, pack('nnnna*', $from, $to, 12, 0, 'loop'), 0, pack_sockaddr_in(0, inet_aton('127.0.0.1'))) or die $!;
`

if (await isIsolated(t, import.meta.url)) {
  t.test('case 28: loops', { skip: hasPerl() ? false : 'perl is missing' }, async t => {
    const backend = await startUdpBackend(t, datagram => datagram)
    const evenkeel = await startEvenkeel(t, [
      ...['--listen', 'udp://127.0.0.1:0', '--listen', 'udp://*:0', '--udp-idle-timeout', '1s'],
      ...['--backend', backend.address],
    ])
    const noLeaks = watchForLeaks(t, evenkeel)
    const [one = 0, other = 0] = evenkeel.ports
    const spoofed: readonly (readonly [from: number, to: number])[] = [
      [one, one],
      [other, one],
      [one, other],
      [other, other],
    ]
    for (const [from, to] of spoofed) spoof(t, from, to)

    await evenkeel.until(
      () => evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'loop' }),
      dropped => dropped >= spoofed.length,
    )
    const client = await openUdpClient(t)
    t.equal((await client.ask('no loop', one)).text, 'no loop')
    t.same(
      backend.received.all.map(({ bytes }) => bytes.toString()),
      ['no loop'],
      'the backend sees none of them',
    )
    t.equal(await evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'loop' }), spoofed.length)
    await noLeaks()
  })
}

function hasPerl(): boolean {
  return spawnSync('perl', ['-MSocket', '-e', '1']).status === 0
}

function spoof(t: Test, from: number, to: number): void {
  const { status, stderr } = spawnSync('perl', ['-e', SPOOF, String(from), String(to)], { encoding: 'utf8' })
  t.equal(status, 0, `sent from ${from} to ${to}: ${stderr}`)
}
