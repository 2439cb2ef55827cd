import t from 'tap'
import { readBlocks } from '../../../../src/import/nginx/blocks.js'
import { readServer, toService } from '../../../../src/import/nginx/server.js'
import { Notes } from '../../../../src/import/notes.js'

function read(block: string) {
  const notes = new Notes('f')
  const [directive] = readBlocks(`server { ${block} }`, notes)
  if (directive === undefined) throw new Error('no directive')
  return { server: readServer(directive, { timeout: 5000 }, notes), notes: notes.lines() }
}

const NOTHING = { balance: undefined, maxFails: undefined, failTimeout: undefined, slowStart: undefined }
const UPSTREAM = { ...NOTHING, backends: [{ address: 'a:1' }] }

t.test('a server has listeners, a target and what it inherits', t => {
  t.match(read('listen 1; listen 2 udp; proxy_pass db; proxy_connect_timeout 1s;'), {
    server: {
      listen: ['tcp://0.0.0.0:1', 'udp://0.0.0.0:2'],
      target: 'db',
      settings: { timeout: 5000, connectTimeout: 1000 },
    },
    notes: [],
  })
  t.end()
})

t.test('one that passes nothing on is left out', t => {
  for (const [block, note] of [
    ['listen 1;', /f:1: server: left out: it has no proxy_pass/],
    ['listen 1; proxy_pass $name;', /proxy_pass \$name: left out: variables/],
    ['listen 1; proxy_pass db; proxy_ssl on;', /left out: evenkeel speaks no TLS to servers/],
  ] as const) {
    t.match(read(block), { server: undefined, notes: [note] }, block)
  }
  t.end()
})

t.test('nginx probes nothing, and fails are counted', t => {
  const { server } = read('listen 1; proxy_pass db;')
  if (server === undefined) throw new Error('no server')
  t.match(toService([server], UPSTREAM, true), {
    name: 'db',
    idleTimeout: 5000,
    udpIdleTimeout: undefined,
    probe: { kind: 'none', fall: 1, downInterval: 10_000 },
    passive: undefined,
  })
  t.match(toService([server], { ...UPSTREAM, maxFails: 0 }, true), {
    probe: { kind: 'none' },
    passive: false,
  })
  const probed = { ...server, settings: { probe: { interval: 1000 } } }
  t.match(toService([probed], UPSTREAM, true).probe, { kind: 'tcp', interval: 1000 })
  t.end()
})

t.test('a service without a group is named after its listener', t => {
  for (const [listen, name] of [
    ['53 udp', 'udp-53'],
    ['10.0.0.1:80', 'tcp-80'],
    ['[::1]:80', 'tcp-80'],
    ['unix:/run/a.sock', 'unix-run/a.sock'],
  ] as const) {
    const { server } = read(`listen ${listen}; proxy_pass a:1;`)
    if (server === undefined) throw new Error('no server')
    const service = toService([server], UPSTREAM, false)
    t.equal(service.name, name)
    t.equal(service.udpIdleTimeout, listen.endsWith('udp') ? 5000 : undefined)
  }
  t.end()
})
