import t from 'tap'
import { onlyPort, readBind } from '../../../../src/import/haproxy/bind.js'
import { Notes } from '../../../../src/import/notes.js'

function read(text: string) {
  const notes = new Notes('f')
  return { urls: readBind({ line: 1, words: text.split(' ') }, notes), notes: notes.lines() }
}

t.test('several addresses in one line', t => {
  t.same(read('bind :80,10.0.0.1:81-82,unix@/run/a name x id 3 v6only'), {
    urls: ['tcp://0.0.0.0:80', 'tcp://10.0.0.1:81', 'tcp://10.0.0.1:82', 'unix:/run/a'],
    notes: [],
  })
  t.same(read('bind :::80 v4v6').urls, ['tcp://*:80'])
  t.end()
})

t.test('what is asked for beyond the address is told', t => {
  for (const [parameters, note] of [
    ['accept-proxy', /PROXY protocol/],
    ['interface eth0', /bind :80: interface: bind to the address/],
    ['maxconn 10 user a', /maxConnections/],
    ['frobnicate', /frobnicate: not known here/],
  ] as const) {
    const { urls, notes } = read(`bind :80 ${parameters}`)
    t.same(urls, ['tcp://0.0.0.0:80'])
    t.match(notes[0], note)
  }
  t.end()
})

t.test('what cannot be is left out', t => {
  const tls = read('bind :443 ssl crt a.pem')
  t.same(tls.urls, [])
  t.match(tls.notes, [/^f:1: bind :443 ssl: left out: evenkeel does not end TLS/])
  t.match(read('bind'), { urls: [], notes: [/an address has no port/] })
  t.match(read('bind :80,abns@x').notes, [/abns@x addresses of the kind abns are not known/])
  t.end()
})

t.test('the port of the listeners, where it is one', t => {
  t.equal(onlyPort(['tcp://0.0.0.0:80', 'tcp://[::]:80']), 80)
  t.equal(onlyPort(['tcp://0.0.0.0:80', 'tcp://0.0.0.0:81']), undefined)
  t.equal(onlyPort(['unix:/run/a']), undefined)
  t.equal(onlyPort([]), undefined)
  t.end()
})
