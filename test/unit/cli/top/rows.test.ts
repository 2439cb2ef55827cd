import t from 'tap'
import { matchingBackends, type Sort } from '../../../../src/cli/top/rows.js'
import { topState } from '../../../fixtures/top-state.js'

const names = (filter: string, sort: Sort = 'configuration', state = topState()): string[] =>
  matchingBackends({ ...state, filter, sort }).map(({ key }) => key)

t.test('all words of a filter must be found', t => {
  t.same(names(''), ['db/db1', 'db/db2', 'web/web10', 'web/web9'])
  t.same(names('WEB'), ['web/web10', 'web/web9'])
  t.same(names('drain'), ['web/web10'])
  t.same(names('db dead'), ['db/db2'])
  t.same(names('10.0.0.12'), ['db/db2'])
  t.same(names('nothing'), [])
  t.end()
})

t.test('backends are sorted within their service', t => {
  t.same(names('', 'name'), ['db/db1', 'db/db2', 'web/web9', 'web/web10'], 'by the numbers in their names')
  t.same(names('', 'state'), ['db/db2', 'db/db1', 'web/web10', 'web/web9'], 'with what needs a look first')
  t.same(names('', 'sessions'), ['db/db1', 'db/db2', 'web/web10', 'web/web9'])
  const rates = new Map([['web/web9', [{ second: 1, connections: 1, bytes: 5 }]]])
  const busy = topState({ traffic: { at: undefined, totals: new Map(), sum: [], rates } })
  t.same(names('', 'bytes', busy), ['db/db1', 'db/db2', 'web/web9', 'web/web10'])
  t.end()
})
