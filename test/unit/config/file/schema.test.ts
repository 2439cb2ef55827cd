import t from 'tap'
import { configFile } from '../../../../src/config/file/schema.js'
import { FILE_CASES, RICH_FILE } from '../../../fixtures/config-files.js'

t.test('hands a sound file back as it is', t => {
  t.strictSame(configFile.parse(RICH_FILE), RICH_FILE)
  t.end()
})

t.test('refuses the shapes that are broken', t => {
  const refused = FILE_CASES.filter(({ value }) => configFile.safeParse(value).error?.issues.length)
  t.ok(refused.length > 40)
  for (const { complaint } of refused) t.ok(complaint)
  t.end()
})
