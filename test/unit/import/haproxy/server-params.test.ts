import t from 'tap'
import { readServerParams, type ServerParams } from '../../../../src/import/haproxy/server-params.js'

function read(text: string, given: ServerParams = {}) {
  const told: string[] = []
  const params = readServerParams(text === '' ? [] : text.split(' '), given, (parameter, why) =>
    told.push(`${parameter}: ${why}`),
  )
  return { params, told }
}

t.test('reads what is carried over', t => {
  t.same(
    read(
      'check weight 10 maxconn 100 inter 2s fastinter 500 downinter 10s rise 3 fall 4 port 8008 backup disabled slowstart 30s source 10.0.0.9:0 on-marked-down shutdown-sessions observe layer4',
    ),
    {
      params: {
        check: true,
        weight: 10,
        maxconn: 100,
        inter: 2000,
        fastinter: 500,
        downinter: 10_000,
        rise: 3,
        fall: 4,
        port: 8008,
        backup: true,
        disabled: true,
        slowstart: 30_000,
        source: '10.0.0.9',
        shutsDown: true,
      },
      told: [],
    },
  )
  t.end()
})

t.test('goes on from what holds, and takes it back', t => {
  const given = { check: true, backup: true, ssl: true, disabled: true, weight: 5 }
  t.same(read('no-check no-backup no-ssl enabled weight 6', given).params, {
    check: false,
    backup: false,
    ssl: false,
    disabled: false,
    weight: 6,
  })
  t.same(read('', given).params, given)
  t.end()
})

t.test('tells of the rest, and knows which have a value', t => {
  for (const [text, told] of [
    ['send-proxy-v2 weight 2', [/PROXY protocol/]],
    ['cookie check weight 2', [/HTTP is not read/]],
    ['track be/a weight 2', [/track: it is probed by itself/]],
    ['agent-check agent-port 9 agent-inter 5s weight 2', [/agent-check/, /agent-port/, /agent-inter/]],
    ['resolvers dns init-addr last,libc weight 2', [/names are looked up once/, /init-addr/]],
    ['observe layer7 weight 2', [/observe layer7/]],
    ['id 7 weight 2', []],
    ['no-send-proxy weight 2', []],
    ['quantum weight 2', [/quantum: not known here/]],
    ['constructor weight 2', [/constructor: not known here/]],
    ['rise x weight 2', [/rise x: not a number/]],
    ['inter soon weight 2', [/inter soon: not a time/]],
  ] as const) {
    const read1 = read(text)
    t.same(read1.params, { weight: 2 }, text)
    t.equal(read1.told.length, told.length, text)
    t.match(read1.told, told)
  }
  t.end()
})
