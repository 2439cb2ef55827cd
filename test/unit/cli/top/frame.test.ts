import t from 'tap'
import { paint } from '../../../../src/cli/styled.js'
import { displayWidth } from '../../../../src/cli/terminal-text.js'
import { frameOf } from '../../../../src/cli/top/frame.js'
import type { TopState } from '../../../../src/cli/top/top-state.js'
import { backendView, serviceView } from '../../../fixtures/fake-admin.js'
import { journalEntry, topState } from '../../../fixtures/top-state.js'

function linesOf(state: TopState): string[] {
  const { header, body, footer } = frameOf(state)
  return [...header, ...body, ...footer].map(line => paint(line, false))
}

const entries = Array.from({ length: 50 }, (_, index) => journalEntry(index, `event ${index}`))

const many = topState({
  entries,
  services: [
    serviceView(
      'db',
      Array.from({ length: 40 }, (_, index) => backendView(`db${index}`)),
    ),
  ],
})

t.test('shows everything, from the head to the keys', t => {
  const lines = linesOf(topState({ entries }))
  t.equal(lines.length, 24)
  t.match(
    lines[0],
    /^evenkeel 127\.0\.0\.1:7070 {2}2 services {2}4 backends \(1 down\) {2}12 sessions {2,}$|connected 1m 1s$/,
  )
  t.match(lines[1], /^connections 0\/s .* bytes 0 B\/s/)
  t.match(lines[2], /BACKEND .* STATE/)
  t.match(lines.slice(3, 9), [
    /^db {2}round-robin {2}primaries serve {2}tcp:/,
    /^> ● db1 /,
    /^ {2}✗ db2 /,
    /^web /,
    /^ {2}○ web10 /,
    /^ {2}\? web9 /,
  ])
  t.match(lines[9], /^─{80}$/)
  t.match(lines[10], /^db\/db1 /)
  t.match(lines[22], /event 49$/)
  t.match(lines[23], /^↑↓ .* q quit$/)
  t.end()
})

t.test('has as many lines as the screen, and leaves some to the events', t => {
  for (const [columns, rows] of [
    [80, 24],
    [80, 13],
    [120, 50],
    [200, 100],
    [60, 8],
    [40, 3],
  ] as const) {
    const lines = linesOf({ ...many, size: { columns, rows } })
    t.equal(lines.length, Math.max(rows, 4), `${columns}x${rows}`)
    if (columns < 80) continue
    for (const line of lines) t.ok(displayWidth(line) <= columns, line)
  }
  t.match(linesOf(many).at(-2), /event 49$/)
  t.end()
})

t.test('the list moves so that the selected backend is to be seen', t => {
  for (const cursor of [0, 5, 20, 39]) {
    const lines = linesOf({ ...many, selected: `db/db${cursor}`, cursor })
    t.equal(lines.filter(line => line.startsWith('> ')).length, 1)
    t.ok(lines.some(line => line.startsWith(`> ● db${cursor} `)))
  }
  t.end()
})

t.test('says when the connection is lost', t => {
  const [first] = linesOf(topState({ connection: { lost: 'ECONNREFUSED' } }))
  t.equal(first, 'evenkeel 127.0.0.1:7070  connection lost, trying again (ECONNREFUSED)')
  t.end()
})

t.test('the last line is for what is asked, told or chosen', t => {
  const [row] = frameRows()
  const last = (changed: Partial<TopState>): string => linesOf(topState(changed)).at(-1) ?? ''
  t.equal(last({ mode: { kind: 'kill', row } }), 'end 3 sessions of db/db1? y/n')
  t.match(last({ mode: { kind: 'filter', before: '' }, filter: 'we' }), /^\/we▏/)
  t.equal(last({ notice: { text: 'done', style: 'good', until: Infinity } }), 'done')
  t.match(last({ readOnly: 'no' }), /^no token: nothing can be changed /)
  t.match(last({ filter: 'web', sort: 'name' }), /^filter "web", by name {2}↑↓/)
  t.end()
})

t.test('says when there is nothing to be seen', t => {
  t.match(
    linesOf(topState({ services: [] })),
    ['', '', '', 'no services'].map(text => new RegExp(text)),
  )
  t.equal(linesOf(topState({ filter: 'xyz' }))[3], 'no backend matches "xyz"')
  const services = [serviceView('db', []), serviceView('web', [])]
  if (services[1] !== undefined) services[1].leaving = [{ name: 'old', address: 'a', sessionsActive: 2 }]
  t.match(linesOf(topState({ services })).slice(3), [
    /^db .*no backends/,
    /^web /,
    /^ {4}old {2}removed, 2 sessions left$/,
  ])
  t.end()
})

function frameRows() {
  const [service] = topState().services
  const backend = service?.backends[0]
  if (service === undefined || backend === undefined) throw new Error('no backend')
  return [{ key: 'db/db1', service, backend }] as const
}
