import t from 'tap'
import { explainTable } from '../../../src/cli/explain-table.js'
import { displayWidth } from '../../../src/cli/terminal-text.js'
import type { ExplanationView } from '../../../src/api/views.js'

const explanation: ExplanationView = {
  service: 'db',
  client: '10.1.2.3',
  algorithm: 'ip-hash',
  backend: 'db2',
  candidates: [
    { name: 'db3', eligible: false, why: 'down: connection refused', score: null },
    { name: 'db1', eligible: true, why: 'its score for the client is lower', score: 0.55123 },
    { name: 'db2', eligible: true, why: 'the client hashes to it', score: 2 },
  ],
}

t.test('begins with the answer, and shows the chosen one first', t => {
  t.equal(
    explainTable(explanation, { width: 80, color: false }),
    [
      'ip-hash sends 10.1.2.3 to db2',
      '',
      '   BACKEND  SCORE  WHY',
      '→  db2          2  the client hashes to it',
      '   db1      0.551  its score for the client is lower',
      '-  db3          -  down: connection refused',
      '',
    ].join('\n'),
  )
  t.end()
})

t.test('says why it is nobody', t => {
  const nobody = { ...explanation, backend: null }
  t.match(
    explainTable(nobody, { width: 80, color: false }),
    /^ip-hash sends 10\.1\.2\.3 nowhere: no backend is eligible\n/,
  )
  t.equal(
    explainTable({ ...nobody, candidates: [] }, { width: 80, color: false }),
    'ip-hash sends 10.1.2.3 nowhere: there is no backend\n',
  )
  t.end()
})

t.test('long reasons are set in lines, and tiny scores stay readable', t => {
  const why = 'because of this and that '.repeat(10).trim()
  const candidates = [{ name: 'n'.repeat(90), eligible: true, why, score: 0.000_012_3 }]
  const table = explainTable({ ...explanation, candidates }, { width: 80, color: false })
  for (const line of table.split('\n')) t.ok(displayWidth(line) <= 80, line)
  t.match(table, '1.23e-5')
  t.equal(table.replace(/\s+/g, ' ').match(/because of this and that/g)?.length, 10, 'no word is lost')
  t.match(explainTable(explanation, { width: 80, color: true }), '\u001b[32mdb2')
  t.end()
})
