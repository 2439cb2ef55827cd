import t from 'tap'
import { ImportError } from '../../../src/import/import-error.js'

t.test('asks for exit code 2', t => {
  t.match(new ImportError('a.cfg: not a text file'), {
    exitCode: 2,
    name: 'ImportError',
    message: 'a.cfg: not a text file',
  })
  t.end()
})
