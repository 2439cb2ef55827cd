import t from 'tap'
import { importConfig } from '../../../src/import/import.js'
import { SOURCE_FORMATS } from '../../../src/import/source-format.js'
import { seededRandom } from '../../fixtures/seeded-random.js'

const SAMPLES = {
  haproxy:
    'global\n nbthread 2\ndefaults\n timeout client 5s\nlisten a\n bind :1,:::2 name x\n option tcp-check\n tcp-check send "a\\r\\n"\n tcp-check expect string b\n server s 10.0.0.1:1 check inter 2s weight 3 backup\n server-template t 2 10.0.0.2:3\n',
  nginx:
    'worker_processes 2;\nstream { upstream a { least_conn; server 10.0.0.1:1 weight=2 max_fails=3; }\n server { listen 1 udp; listen [::]:2; proxy_pass a; proxy_timeout 1h; } }\n',
  gobetween:
    '[servers.a]\nbind = ":1"\nbalance = "iphash"\n[servers.a.discovery]\nkind = "static"\nstatic_list = ["10.0.0.1:1 weight=2"]\n[servers.a.healthcheck]\nkind = "ping"\ninterval = "2s"\n',
} as const

t.test('names the file, and where it came from', async t => {
  const { yaml, notes } = await importConfig({ name: 'x.cfg', text: SAMPLES.haproxy, format: undefined })
  t.match(yaml, /^# Carried over from x\.cfg \(HAProxy\) by evenkeel import\.\n/)
  t.match(notes, [/^x\.cfg:2: nbthread 2: /])
})

t.test('has nothing where nothing is left', async t => {
  t.match(await importConfig({ name: 'f', text: 'global\n daemon\n', format: undefined }), {
    yaml: undefined,
    notes: [/^f:2: daemon: /],
  })
})

t.test('refuses at once what is hostile, in one line', async t => {
  const cases: [text: string, message: RegExp][] = [
    ['x'.repeat(5 * 1024 * 1024), /^f: larger than 1 MiB$/],
    ['global\n\0', /^f: not a text file$/],
    ['\x7fELF\x01\x02', /^f: neither of HAProxy, gobetween nor nginx/],
    ['', /neither of/],
    ['stream {'.repeat(1000), /^f:1: blocks are nested/],
    ['stream { server {', /is not closed/],
    [`stream { ${'a '.repeat(500_000)}`, /there is no ; after a/],
    ['listen a\n' + ' server-template s 1000 1.1.1.1:1\n'.repeat(20_000), /^f:12: more than 10000 servers$/],
    ['listen a\n' + ' bind :1-1000\n'.repeat(20_000), /^f:12: more than 10000 listeners$/],
    [
      'stream { server {' + ' listen 1-1000; '.repeat(20_000) + 'proxy_pass a; } }',
      /more than 10000 listeners$/,
    ],
    [`stream { "${'a'.repeat(1_000_000)}`, /is not closed/],
  ]
  for (const [text, message] of cases) {
    const startedAt = performance.now()
    await t.rejects(importConfig({ name: 'f', text, format: undefined }), { name: 'ImportError', message })
    t.ok(performance.now() - startedAt < 2000, 'quickly')
  }
})

t.test('takes no longer for what is large', async t => {
  const large = [
    'listen a\n' + ' server s x:1\n'.repeat(70_000),
    'listen a\n bind ' + ':1,'.repeat(300_000),
    'listen a\n' + 'x\n'.repeat(500_000),
    'stream {' + 'server { listen 1; proxy_pass a; }\n'.repeat(29_000) + '}',
    'stream {' + 'upstream a { server x:1; }'.repeat(30_000) + '}',
    '[servers.a]\n' + 'k = 1\n'.repeat(2),
    '{\n'.repeat(500_000),
    '[servers]\n' + Array.from({ length: 20_000 }, (_, index) => `[servers.a${index}]\nbind=":1"\n`).join(''),
  ]
  for (const text of large) {
    const startedAt = performance.now()
    await importConfig({ name: 'f', text, format: undefined }).catch((error: unknown) => {
      t.match(error, { name: 'ImportError' })
    })
    t.ok(performance.now() - startedAt < 8000, `quickly: ${text.slice(0, 30)}`, {
      took: performance.now() - startedAt,
    })
  }
})

t.test('throws nothing but its own error, whatever is in the file', async t => {
  const random = seededRandom(7)
  const pieces = [
    '\n',
    ' ',
    '"',
    "'",
    '\\',
    '{',
    '}',
    ';',
    '$',
    '#',
    ',',
    ':',
    '=',
    '[',
    ']',
    '\u2028',
    '\r',
    '-1',
    '999999999999',
    'ssl',
    '__proto__',
    '${',
    '65536',
    'é',
    '@',
  ]
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  let imported = 0
  for (let round = 0; round < 900; round++) {
    let text: string = SAMPLES[pick(SOURCE_FORMATS)]
    for (let changes = 1 + Math.floor(random() * 6); changes > 0; changes--) {
      const at = Math.floor(random() * text.length)
      const words = text.split(/(\s+)/)
      text =
        random() < 0.3
          ? text.slice(0, at) + text.slice(at + Math.floor(random() * 12))
          : random() < 0.5
            ? text.slice(0, at) + pick(pieces) + text.slice(at)
            : words.map(word => (random() < 0.03 ? pick(random() < 0.5 ? words : pieces) : word)).join('')
    }
    const format = random() < 0.2 ? pick(SOURCE_FORMATS) : undefined
    try {
      const { yaml, notes } = await importConfig({ name: 'f', text, format })
      imported += yaml === undefined ? 0 : 1
      if (notes.some(note => /[\n\r\u2028]/.test(note))) t.fail('a note is one line', { text, notes })
    } catch (error) {
      const isOwn =
        error instanceof Error && error.name === 'ImportError' && !/[\n\r\u2028]/.test(error.message)
      if (!isOwn) t.fail('an error of its own in one line', { text, error })
    }
  }
  t.ok(imported > 100, `${imported} were carried over`)
})
