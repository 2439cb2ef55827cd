import t from 'tap'
import { readEvent } from '../../../../src/datapath/kernel/conntrack.js'
import { markOf, STATES } from '../../../../src/datapath/kernel/marks.js'

const TCP = markOf(4, 1)
const UDP = markOf(4, 1, 'udp')

/** A line as `conntrack -E` writes it. */
function line(start: string, mark: number, client = '10.9.1.2', target = '10.9.1.1', end = ''): string {
  const back = client.includes(':') ? 'src=fd00:2::2 dst=fd00:2::1' : 'src=10.9.2.2 dst=10.9.2.1'
  return `${start} src=${client} dst=${target} sport=56734 dport=80 [UNREPLIED] ${back} sport=8001 dport=56734 mark=${mark}${end}`
}

t.test('a connection that a backend refused at once', t => {
  const refused =
    '[DESTROY] tcp      6 3 CLOSE src=10.9.1.2 dst=10.9.1.1 sport=56734 dport=80 [UNREPLIED] src=10.9.2.2 dst=10.9.2.1 sport=8001 dport=56734 mark=1048592'
  t.same(readEvent(refused), {
    mark: { service: 4, backend: 1, protocol: 'tcp', low: 0 },
    family: 4,
    what: 'refused',
    client: { address: '10.9.1.2', port: 56_734 },
    target: { address: '10.9.1.1', port: 80 },
  })
  t.end()
})

t.test('a connection that was not answered in time', t => {
  t.match(readEvent(line('[DESTROY] tcp      6 0 SYN_SENT', TCP)), { what: 'timeout', mark: { backend: 1 } })
  t.match(readEvent(line('[DESTROY] tcp      6 SYN_SENT', TCP)), { what: 'timeout' }, 'without its time')
  t.end()
})

t.test('what a router refused shows in the mark', t => {
  const update = '[UPDATE] tcp      6 60 SYN_SENT'
  t.match(readEvent(` ${line(update, TCP + STATES.refused)}`), { what: 'refused', mark: { low: 5 } })
  for (const state of [STATES.open, STATES.clientEnded, STATES.backendEnded, STATES.closed])
    t.equal(readEvent(line(update, TCP + state)), undefined)
  t.end()
})

t.test('a datagram that was refused', t => {
  const refused = ` [UPDATE] udp      17 60 src=10.9.1.2 dst=10.9.1.1 sport=40000 dport=53 [UNREPLIED] src=10.9.2.2 dst=10.9.2.1 sport=8001 dport=40000 mark=${UDP + STATES.datagramRefused} id=3817634221`
  t.same(readEvent(refused), {
    mark: { service: 4, backend: 1, protocol: 'udp', low: 3 },
    family: 4,
    what: 'refused',
    client: { address: '10.9.1.2', port: 40_000 },
    target: { address: '10.9.1.1', port: 53 },
  })
  t.equal(readEvent(line('[UPDATE] udp      17 60', UDP)), undefined, 'any other change')
  t.equal(readEvent(line('[DESTROY] udp      17', UDP)), undefined, 'nobody used it any more')
  t.end()
})

t.test('IPv6, with whatever stands behind the mark', t => {
  const event = readEvent(
    line('[DESTROY] tcp      6 9 CLOSE', TCP, '2001:db8::2', '2001:db8::1', ' use=1 id=12'),
  )
  t.match(event, { family: 6, client: { address: '2001:db8::2' }, target: { address: '2001:db8::1' } })
  t.end()
})

t.test('with a time stamp and counters', t => {
  const text =
    '[1700000000.123456]\t[DESTROY] tcp      6 3 CLOSE src=10.9.1.2 dst=10.9.1.1 sport=1 dport=80 packets=1 bytes=60 [UNREPLIED] src=10.9.2.2 dst=10.9.2.1 sport=8001 dport=1 packets=1 bytes=40 mark=1048592'
  t.match(readEvent(text), { what: 'refused', mark: { backend: 1 }, client: { port: 1 } })
  t.end()
})

t.test('the largest mark', t => {
  const mark = { service: 0x3fff, backend: 0x3fff, protocol: 'udp', low: 3 }
  t.match(readEvent(line('[UPDATE] udp      17 60', markOf(0x3fff, 0x3fff, 'udp') + 3)), { mark })
  t.end()
})

t.test('lines that tell of nothing of that kind', t => {
  const others = [
    '',
    'conntrack v1.4.7 (conntrack-tools): 3 flow events have been shown.',
    line('[NEW] tcp      6 120 SYN_SENT', TCP),
    line('[DESTROY] tcp      6 100 ESTABLISHED', TCP),
    line('[DESTROY] tcp      6 0 TIME_WAIT', TCP),
    line('[DESTROY] tcp      6 3 CLOSE', markOf(4, 0)),
    line('[DESTROY] tcp      6 3 CLOSE', 0),
    line('[DESTROY] tcp      6 3 CLOSE', UDP),
    line('[UPDATE] udp      17 60', TCP + STATES.datagramRefused),
    '[DESTROY] icmp     1 29 src=10.9.1.2 dst=10.9.1.1 type=8 code=0 id=7 src=10.9.1.1 dst=10.9.1.2 type=0 code=0 id=7 mark=1048592',
    '[DESTROY] tcp      6 3 CLOSE src=10.9.1.2 dst=10.9.1.1 sport=1 dport=80 [UNREPLIED] src=10.9.2.2 dst=10.9.2.1 sport=8001 dport=1',
  ]
  for (const other of others) t.equal(readEvent(other), undefined, other)
  t.end()
})
