import t from 'tap'
import { readChecks } from '../../../../src/import/haproxy/health.js'
import { splitLine } from '../../../../src/import/haproxy/words.js'
import { Notes } from '../../../../src/import/notes.js'
import type { ProbeDraft } from '../../../../src/import/draft.js'

/** The probe for lines of which the first is the option, and the others its checks. */
function read(...lines: string[]) {
  const notes = new Notes('f')
  const [option, ...checks] = lines.map((source, index) => {
    const split = splitLine(source, new Map())
    return { line: index + 1, words: 'words' in split ? split.words : [] }
  })
  const starting = (word: string) => checks.filter(({ words }) => words[0] === word)
  const probe = readChecks(
    {
      option,
      tcpChecks: starting('tcp-check'),
      httpChecks: starting('http-check'),
      command: starting('external-check').at(-1),
    },
    notes,
  )
  return { probe, notes: notes.lines().map(note => note.slice(2)) }
}

t.test('the probes that ask the same', t => {
  const cases: [lines: string[], probe: Partial<ProbeDraft>][] = [
    [[], { kind: 'tcp' }],
    [['option tcp-check'], { kind: 'tcp' }],
    [['option redis-check'], { kind: 'tcp', send: 'PING\\r\\n', expect: '+PONG' }],
    [
      [
        'option tcp-check',
        'tcp-check connect port 8 default',
        'tcp-check send PING\\r\\n',
        'tcp-check expect string +PONG',
      ],
      { kind: 'tcp', port: 8, send: 'PING\\r\\n', expect: 're:\\+PONG' },
    ],
    [
      [
        'option tcp-check',
        'tcp-check comment x',
        'tcp-check send a,',
        'tcp-check send-binary 00fF',
        'tcp-check expect binary 2b00',
      ],
      { kind: 'tcp', send: 'a,\\0\\xff', expect: 're:\\+\\x00' },
    ],
    [['option tcp-check', 'tcp-check expect rstring ^220'], { kind: 'tcp', expect: 're:^220' }],
    [['option httpchk GET /up', 'http-check expect status 204'], { kind: 'http', path: '/up', status: 204 }],
    [
      [
        'option httpchk',
        'http-check connect port 8008',
        'http-check send meth GET uri /x',
        'http-check expect string OK',
      ],
      { kind: 'http', path: '/x', body: 'OK', port: 8008 },
    ],
  ]
  for (const [lines, probe] of cases) t.same(read(...lines), { probe, notes: [] }, lines.join('; '))
  t.end()
})

t.test('the probes that are close, and what is told of them', t => {
  const cases: [lines: string[], probe: Partial<ProbeDraft>, ...notes: RegExp[]][] = [
    [['option pgsql-check user a'], { kind: 'tcp' }, /^1: option pgsql-check: .*pg_isready/],
    [['option mysql-check'], { kind: 'tcp' }, /MySQL blocks/],
    [['option ldap-check'], { kind: 'tcp' }, /asks nothing/],
    [['option ssl-hello-chk'], { kind: 'tcp' }, /asks nothing/],
    [['option smtpchk'], { kind: 'tcp', expect: '220' }, /greeting/],
    [['option external-check'], { kind: 'tcp' }, /EVENKEEL_HOST/],
    [
      ['option external-check', 'external-check command "/bin/it\'s"'],
      { kind: 'exec', command: `'/bin/it'\\''s' NOT_USED NOT_USED "$EVENKEEL_HOST" "$EVENKEEL_PORT"` },
      /EVENKEEL_HOST/,
    ],
    [
      ['option tcp-check', 'tcp-check expect string a', 'tcp-check send b', 'tcp-check expect string c'],
      { expect: 're:a' },
      /^3: .*first answer/,
      /^4: .*first answer/,
    ],
    [['option tcp-check', 'tcp-check expect ! string a'], { kind: 'tcp' }, /must not be forbidden/],
    [['option tcp-check', 'tcp-check expect rstring (?i)a'], { kind: 'tcp' }, /JavaScript/],
    [['option tcp-check', 'tcp-check send-binary 0'], { kind: 'tcp' }, /nothing that can be sent/],
    [['option tcp-check', 'tcp-check connect ssl'], { kind: 'tcp' }, /connects in clear/],
    [['option tcp-check', 'tcp-check set-var(x) 1'], { kind: 'tcp' }, /sends once/],
    [['option httpchk'], { kind: 'http', path: '/' }, /GET, not OPTIONS; only status 200/],
    [['option httpchk /up'], { path: '/up' }, /GET, not OPTIONS/],
    [['option httpchk HEAD / HTTP/1.1\\r\\nHost:\\ a'], { path: '/' }, /no header/, /not HEAD/],
    [
      ['option httpchk GET /', 'http-check expect ! status 500'],
      { path: '/' },
      /only status 200/,
      /one status/,
    ],
    [
      ['option httpchk GET /', 'http-check expect status 200-399'],
      { path: '/' },
      /only status 200/,
      /one status/,
    ],
    [
      ['option httpchk GET /', 'http-check expect status 200', 'http-check send hdr Host a'],
      { status: 200 },
      /no header or body/,
    ],
    [
      ['option httpchk GET /', 'http-check expect status 200', 'http-check disable-on-404'],
      { status: 200 },
      /asks once/,
    ],
  ]
  for (const [lines, probe, ...notes] of cases) {
    const found = read(...lines)
    t.match(found.probe, probe, lines.join('; '))
    t.equal(found.notes.length, notes.length, lines.join('; '), { notes: found.notes })
    t.match(found.notes, notes)
  }
  t.end()
})
