import t from 'tap'
import { importText } from '../../../fixtures/imported.js'

const CONFIG = `
user www-data;
worker_processes auto;
events { worker_connections 768; }
http { server { listen 80; location / { proxy_pass http://x; } } }
stream {
  proxy_timeout 1h;
  upstream db {
    least_conn;
    server 10.0.0.11:5432 weight=5;
    server 10.0.0.12:5432 backup; # cold
  }
  upstream dns { hash $remote_addr consistent; server 10.0.1.1:53; }
  upstream unused { server a.example:1; }
  server { listen 5432; listen [::]:5432; proxy_pass db; proxy_next_upstream_tries 2; }
  server { listen 53 udp; proxy_pass dns; proxy_timeout 20s; }
  server { listen 53; proxy_pass dns; proxy_timeout 20s; }
  server { listen 127.0.0.1:6379; proxy_pass unix:/run/redis.sock; }
  server { listen 443; ssl_preread on; proxy_pass $name; }
}
`

t.test('servers become services, and those that are alike become one', async t => {
  const { services, process, notes } = await importText('nginx', CONFIG)
  const passive = { kind: 'none', fall: 1, downInterval: '10s' }
  t.same(process, { workers: 'auto' })
  t.same(services, {
    db: {
      listen: ['tcp://*:5432'],
      balance: 'least-connections',
      backends: [
        { address: '10.0.0.11:5432', weight: 5 },
        { address: '10.0.0.12:5432', backup: true },
      ],
      probe: passive,
      connectAttempts: 2,
      idleTimeout: '1h',
    },
    dns: {
      listen: ['udp://0.0.0.0:53', 'tcp://0.0.0.0:53'],
      balance: 'ip-hash',
      backends: ['10.0.1.1:53'],
      probe: passive,
      idleTimeout: '20s',
      udpIdleTimeout: '20s',
    },
    'tcp-6379': {
      listen: ['tcp://127.0.0.1:6379'],
      backends: ['unix:/run/redis.sock'],
      probe: passive,
      idleTimeout: '1h',
    },
  })
  t.match(notes, [
    /^2: user www-data: start evenkeel as that user/,
    /^5: http: left out/,
    /^14: upstream unused: left out/,
    /^19: proxy_pass \$name: left out/,
  ])
  t.equal(notes.length, 4)
})

t.test('a file that is included in stream is read as well', async t => {
  const { services } = await importText(
    'nginx',
    'upstream a { server x:1; }\nserver { listen 1; proxy_pass a; }',
  )
  t.same(Object.keys(services), ['a'])
})

t.test('what stands outside is told', async t => {
  const { services, notes } = await importText(
    'nginx',
    'mail { }\nfrob 1;\nblob { a; }\nworker_processes 4;\nserver { listen 80; }',
  )
  t.same(services, {})
  t.match(notes, [
    /^1: mail: left out/,
    /^2: frob 1: not known here/,
    /^3: blob: left out/,
    /^4: worker_processes 4: workers: auto/,
  ])
})

t.test('a text without a directive is none of nginx', async t => {
  await t.rejects(importText('nginx', '# nothing'), {
    name: 'ImportError',
    message: /^f: no directive of nginx/,
  })
})
