import t from 'tap'
import { paint } from '../../../../src/cli/styled.js'
import { displayWidth } from '../../../../src/cli/terminal-text.js'
import { backendLine, lineWidths, selectedLine, titles } from '../../../../src/cli/top/backend-line.js'
import { matchingBackends, type Row } from '../../../../src/cli/top/rows.js'
import { backendView, downView, serviceView } from '../../../fixtures/fake-admin.js'
import { NOW, topState } from '../../../fixtures/top-state.js'

const RATES = [{ second: NOW / 1000, connections: 12.3, bytes: 45_678 }]

function rowsOf(...backends: ReturnType<typeof backendView>[]): Row[] {
  return matchingBackends(topState({ services: [serviceView('db', backends)] }))
}

function lines(rows: readonly Row[], columns: number): string[] {
  const widths = lineWidths(rows, columns)
  const look = { widths, isSelected: false, now: NOW }
  return [titles(widths), ...rows.map(row => backendLine(row, RATES, look))].map(line => paint(line, false))
}

t.test('says what there is to say in 80 columns', t => {
  const rows = rowsOf(
    backendView('db1', { sessionsActive: 1200 }),
    downView('db2'),
    downView('db3', { cause: 'lagging' }),
    backendView('db4', { state: 'drain' }),
    downView('db5', { state: 'drain' }),
    downView('db6', { state: 'maintenance' }),
    backendView('db7', { health: 'unknown', backup: true, lastProbe: null }),
  )
  t.same(lines(rows, 80), [
    '    BACKEND  STATE          SESS CONN/S   BYTES/S LAST MIN     PROBE WT',
    '  ● db1      up             1.2k     12   46 kB/s          █ 0.84 ms  1',
    '  ✗ db2      down: dead        0     12   46 kB/s          █ 0.31 ms  1',
    '  ✗ db3      down: lagging     0     12   46 kB/s          █ 0.31 ms  1',
    '  ○ db4      drain             0     12   46 kB/s          █ 0.84 ms  1',
    '  ✗ db5      down, drain       0     12   46 kB/s          █ 0.31 ms  1',
    '  ✗ db6      maintenance       0     12   46 kB/s          █ 0.31 ms  1',
    '  ? db7      backup, ?         0     12   46 kB/s          █       -  1',
  ])
  t.end()
})

t.test('has room for reasons where the terminal is wide', t => {
  const [title = '', , down = ''] = lines(rowsOf(backendView('db1'), downView('db2')), 140)
  t.match(title, / WT REMARKS/)
  t.match(down, / dead: connection refused \(ECONNREFUSED\)$/)
  t.end()
})

t.test('fits, whatever the names', t => {
  const rows = rowsOf(
    downView('東京'.repeat(20), {
      cause: 'demoted',
      weight: 256,
      effectiveWeight: 12.5,
      sessionsActive: 999_999,
    }),
    backendView('b\u001b'.repeat(40), { backup: true }),
  )
  for (const columns of [73, 80, 100, 120, 200]) {
    for (const line of lines(rows, columns)) t.ok(displayWidth(line) <= columns, `${columns}: ${line}`)
  }
  t.end()
})

t.test('tells all of the selected one', t => {
  const [up, down, drained] = rowsOf(
    backendView('db1'),
    downView('10.0.0.12:1', { address: '10.0.0.12:1' }),
    backendView('db3', {
      state: 'drain',
      deadline: { at: new Date(NOW + 60_000).toISOString(), then: 'ready' },
    }),
  ).map(row => paint(selectedLine(row, NOW), false))
  t.equal(up, 'db/db1  10.0.0.11:5432  up  last probe: connected')
  t.equal(down, 'db/10.0.0.12:1  down  dead: connection refused (ECONNREFUSED)')
  t.equal(drained, 'db/db3  10.0.0.11:5432  up, drain  ready in 1m')
  t.end()
})
