import t from 'tap'
import { readProxy, saidNumber } from '../../../../src/import/haproxy/proxy.js'
import { readSections } from '../../../../src/import/haproxy/sections.js'
import { Notes } from '../../../../src/import/notes.js'

function read(defaults: string, proxy: string) {
  const notes = new Notes('f')
  const [first, second] = readSections(`defaults\n${defaults}\nlisten a\n${proxy}`, notes)
  if (first === undefined || second === undefined) throw new Error('no section')
  return { proxy: readProxy(second, first.statements, notes), notes: notes.lines() }
}

t.test('what a proxy says replaces its defaults', t => {
  const { proxy, notes } = read(
    'timeout client 1s\ntimeout connect 2s\nmaxconn 10\nbalance source\noption tcp-check',
    'timeout client 3s\nclitimeout 4\nmaxconn 20\nno option tcp-check\nbind :1\nbind :2\nserver a :1\ndefault-server weight 2\nserver b :2',
  )
  t.same(
    [...proxy.timeouts],
    [
      ['client', 3000],
      ['connect', 2000],
    ],
  )
  t.equal(saidNumber(proxy, 'maxconn'), 20)
  t.equal(saidNumber(proxy, 'retries'), undefined)
  t.equal(proxy.said.get('balance')?.words[1], 'source')
  t.equal(proxy.checks.option, undefined)
  t.same(proxy.listen, ['tcp://0.0.0.0:1', 'tcp://0.0.0.0:2'])
  t.match(proxy.servers, [{ defaults: {} }, { defaults: { weight: 2 } }])
  t.match(notes, [/clitimeout 4/])
  t.end()
})

t.test('the checks are gathered', t => {
  const { proxy, notes } = read(
    'option httpchk',
    'option tcp-check\ntcp-check send a\nhttp-check connect\nexternal-check command /a',
  )
  t.match(proxy.checks, {
    option: { words: ['option', 'tcp-check'] },
    tcpChecks: [{ words: ['tcp-check', 'send', 'a'] }],
    httpChecks: [{ words: ['http-check', 'connect'] }],
    command: { words: ['external-check', 'command', '/a'] },
  })
  t.same(notes, [])
  t.end()
})

t.test('everything else is told, or not worth telling', t => {
  for (const line of [
    'option redispatch',
    'option tcpka',
    'description x',
    'hash-type consistent',
    'no log',
    'id 1',
  ]) {
    t.same(read('', line).notes, [], line)
  }
  for (const [line, note] of [
    ['option tcplog', /accessLog: true/],
    ['option httplog', /HTTP is not read|standard output/],
    ['option http-server-close', /HTTP is not read/],
    ['option frob', /not known here/],
    ['no option redispatch', /connectAttempts/],
    ['acl a src 10.0.0.0/8', /default_backend alone/],
    ['use_backend b if a', /default_backend alone/],
    ['tcp-request connection reject if a', /access lists/],
    ['stick-table type ip size 1m', /ip-hash/],
    ['hash-type map-based', /always consistent/],
    ['stats enable', /admin server/],
    ['timeout queue 1s', /hold/],
    ['timeout http-request 1s', /neither HTTP/],
    ['timeout frob 1s', /not known here/],
    ['timeout client soon', /not a time/],
    ['default-server frob', /default-server: frob: not known here/],
    ['frobnicate', /frobnicate: not known here/],
    ['toString', /toString: not known here/],
  ] as const) {
    t.match(read('', line).notes, [note], line)
    t.equal(read('', line).notes.length, 1, line)
  }
  t.end()
})
