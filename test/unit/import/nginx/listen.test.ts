import t from 'tap'
import { readListen } from '../../../../src/import/nginx/listen.js'
import { Notes } from '../../../../src/import/notes.js'

function read(text: string) {
  const notes = new Notes('f')
  const directive = { line: 1, name: 'listen', args: text.split(' '), block: undefined }
  return { urls: readListen(directive, notes), notes: notes.lines() }
}

t.test('what is bound', t => {
  const cases: [text: string, urls: string[]][] = [
    ['5432', ['tcp://0.0.0.0:5432']],
    ['*:5432', ['tcp://0.0.0.0:5432']],
    ['53 udp reuseport', ['udp://0.0.0.0:53']],
    ['127.0.0.1:12345-12346', ['tcp://127.0.0.1:12345', 'tcp://127.0.0.1:12346']],
    ['[::1]:80', ['tcp://[::1]:80']],
    ['[::]:80', ['tcp://[::]:80']],
    ['[::]:80 ipv6only=off so_keepalive=on', ['tcp://*:80']],
    ['localhost:80', ['tcp://localhost:80']],
    ['unix:/run/a.sock', ['unix:/run/a.sock']],
  ]
  for (const [text, urls] of cases) t.same(read(text), { urls, notes: [] }, text)
  t.end()
})

t.test('what is told, and what is left out', t => {
  t.match(read('80 proxy_protocol backlog=511 frob'), {
    urls: ['tcp://0.0.0.0:80'],
    notes: [/proxy_protocol: the PROXY protocol/, /backlog=511/, /frob: not known here/],
  })
  for (const [text, note] of [
    ['443 ssl', /listen 443 ssl: left out: evenkeel does not end TLS/],
    ['$port', /variables/],
    ['10.0.0.1', /left out: not a port/],
    ['1-65535', /at most 1000 ports/],
    ['', /left out: not a port/],
  ] as const) {
    t.match(read(text), { urls: [], notes: [note] }, text)
  }
  t.end()
})
