import t from 'tap'
import { readServer, readTemplate } from '../../../../src/import/haproxy/server.js'
import { Notes } from '../../../../src/import/notes.js'

function server(text: string, port?: number) {
  const notes = new Notes('f')
  const read = readServer({ line: 1, words: ['server', ...text.split(' ')] }, { weight: 7 }, port, notes)
  return { backend: read?.backend, notes: notes.lines() }
}

function template(text: string) {
  const notes = new Notes('f')
  const read = readTemplate({ line: 1, words: ['server-template', ...text.split(' ')] }, {}, 80, notes)
  return {
    names: read.map(({ name }) => name),
    addresses: read.map(({ backend }) => backend.address),
    notes: notes.lines(),
  }
}

t.test('makes a backend of a server', t => {
  t.match(server('a 10.0.0.1:80 backup maxconn 9'), {
    backend: {
      name: 'a',
      address: '10.0.0.1:80',
      weight: 7,
      backup: true,
      maxConnections: 9,
      state: undefined,
    },
    notes: [],
  })
  t.match(server('a 10.0.0.1', 5432).backend, { address: '10.0.0.1:5432' })
  t.match(server('a x:1 weight 0 maxconn 0').backend, {
    weight: undefined,
    maxConnections: undefined,
    state: 'drain',
  })
  t.match(server('a x:1 weight 0 disabled').backend, { state: 'maintenance' })
  t.end()
})

t.test('leaves out what would be wrong', t => {
  t.match(server('a 10.0.0.1'), {
    backend: undefined,
    notes: [/server a 10\.0\.0\.1: left out: it has no port/],
  })
  t.match(server('a 10.0.0.1:443 ssl verify none'), {
    backend: undefined,
    notes: [/verify: evenkeel speaks no TLS/, /ssl: left out/],
  })
  t.end()
})

t.test('expands a template with a literal address', t => {
  t.same(template('s 2 10.0.0.1:80 check').names, ['s1', 's2'])
  t.same(template('s 4-5 [::1] check'), {
    names: ['s4', 's5'],
    addresses: ['[::1]:80', '[::1]:80'],
    notes: [],
  })
  t.match(template('s 3 pods.example:80'), { names: [], notes: [/names are looked up once/] })
  for (const count of ['0', '5-4', 'x', '1001', '1-100000']) {
    t.match(template(`s ${count} 10.0.0.1:80`), { names: [], notes: [/its count is not usable/] }, count)
  }
  t.end()
})
