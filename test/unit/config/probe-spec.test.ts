import t from 'tap'
import { below } from '../../../src/config/given.js'
import { flagSettings } from '../../../src/config/flags.js'
import { PROBE_KINDS, readProbeSpec } from '../../../src/config/probe-spec.js'

function parse(probe: string) {
  const settings = below(flagSettings({ probe }), 'probe')
  const kind = PROBE_KINDS.find(known => known === settings.given.get('kind')?.text)
  return readProbeSpec(kind ?? 'none', settings)
}

const bytes = (text: string) => new TextEncoder().encode(text)

t.test('reads every kind', t => {
  const plainTcp = { kind: 'tcp', port: undefined, send: undefined, expect: undefined }
  t.same(parse('none'), { kind: 'none' })
  t.same(parse('tcp'), plainTcp)
  t.same(parse('tcp,port=65535'), { ...plainTcp, port: 65535 })
  t.same(parse('tcp,send=PING\\r\\n,expect=+PONG'), {
    ...plainTcp,
    send: bytes('PING\r\n'),
    expect: { kind: 'prefix', bytes: bytes('+PONG') },
  })
  t.same(parse('udp,send=hex:00ff,expect=a\\,b'), {
    kind: 'udp',
    port: undefined,
    send: Uint8Array.from([0, 255]),
    expect: { kind: 'prefix', bytes: bytes('a,b') },
  })
  t.same(parse('http,path=/'), {
    kind: 'http',
    port: undefined,
    path: '/',
    status: 200,
    body: undefined,
  })
  t.same(parse('http,path=/a?b=c,status=204,body=fine\\, thanks,port=8008'), {
    kind: 'http',
    port: 8008,
    path: '/a?b=c',
    status: 204,
    body: 'fine, thanks',
  })
  t.same(parse('exec,command=./check.sh "$EVENKEEL_HOST" a\\,b'), {
    kind: 'exec',
    port: undefined,
    command: './check.sh "$EVENKEEL_HOST" a,b',
  })
  t.end()
})

t.test('reads regular expressions', t => {
  const spec = parse('udp,send=x,expect=re:^\\d{1\\,3}$')
  if (spec.kind !== 'udp' || spec.expect?.kind !== 'pattern') throw new Error('not a pattern')
  t.equal(spec.expect.pattern.source, '^\\d{1,3}$')
  t.ok(spec.expect.pattern.test('123'))
  t.notOk(spec.expect.pattern.test('1234'))
  t.end()
})

t.test('refuses broken probes', t => {
  const cases: [source: string, problem: RegExp][] = [
    ['', /: unknown probe kind "" \(known: none, tcp, udp, http, exec\)$/],
    ['postgres', /: unknown probe kind "postgres" \(known: none, tcp, udp, http, exec\)$/],
    ['mysql,role=primary', /: unknown probe kind "mysql"/],
    ['redis', /: unknown probe kind "redis"/],
    ['game,type=quake3', /: unknown probe kind "game"/],
    ['toString', /: unknown probe kind "toString"/],
    ['TCP', /: unknown probe kind "TCP"/],
    ['none,port=1', /: unknown key "port" \(it takes none\)$/],
    ['tcp,path=/', /: unknown key "path" \(known: port, send, expect\)$/],
    ['tcp,send=a,send=b', /: send is given twice$/],
    ['tcp,', /: an empty part/],
    ['tcp,port=0', /: port "0": not a whole number from 1 to 65535$/],
    ['tcp,port=65536', /: port "65536": not a whole number/],
    ['tcp,send=\\q', /: send "\\\\q": unknown escape/],
    ['tcp,send=', /: send needs a value/],
    ['tcp,expect=hex:0', /: expect "hex:0": hex: takes pairs/],
    ['tcp,expect=re:', /: expect "re:": no regular expression after re:$/],
    ['tcp,expect=re:(', /: expect "re:\(": not a regular expression \(Unterminated group\)$/],
    ['tcp,expect=re:(\n: [', /: not a regular expression \([^\n]*\)$/],
    ['udp', /: send: required, since silence is not health$/],
    ['udp,expect=x', /: send: required/],
    ['http', /: path: required, such as \/health$/],
    ['http,path=health', /: path "health": must start with \//],
    ['http,path=/a b', /: path "\/a b": must start with \/ and contain only printable ASCII/],
    ['http,path=/\r\nX: y', /: path "\/\\r\\nX: y": must start with/],
    ['http,path=/é', /: path "\/é": must start with/],
    ['http,path=/,status=99', /: status "99": not a whole number from 200 to 599$/],
    ['http,path=/,status=101', /: status "101": not a whole number from 200 to 599$/],
    ['http,path=/,status=199', /: status "199": not a whole number/],
    ['http,path=/,status=600', /: status "600": not a whole number/],
    ['http,path=/,body=', /: body needs a value/],
    ['exec', /: command: required, such as \.\/check\.sh$/],
    ['exec,command=a\0b', /: command "a\\u0000b": contains a NUL character$/],
  ]
  for (const [value, message] of cases) {
    t.throws(() => parse(value), { name: 'ConfigError', path: '--probe', value, message }, value)
  }
  t.end()
})

t.test('refuses keys of another kind', t => {
  const settings = below(flagSettings({ probe: 'http,path=/' }), 'probe')
  t.throws(() => readProbeSpec('tcp', settings), {
    message: '--probe "http,path=/": path "/": a probe of kind tcp has no such key',
  })
  t.end()
})
