import { Ajv2020 } from 'ajv/dist/2020.js'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { publishedSchema } from '../../../../src/config/file/json-schema.js'
import { readFileValue } from '../../../../src/config/file/load-file.js'
import { FILE_CASES } from '../../../fixtures/config-files.js'

const FILE = new URL('../../../../src/config/file/config.schema.json', import.meta.url)

t.test('the published schema is the one of the parser (npm run schema writes it)', t => {
  t.strictSame(JSON.parse(readFileSync(FILE, 'utf8')), JSON.parse(JSON.stringify(publishedSchema())))
  t.end()
})

t.test('the schema and the parser agree', t => {
  const isValid = new Ajv2020({ strict: true, strictTypes: false }).compile(publishedSchema())
  for (const { value, complaint, onlyParserKnows } of FILE_CASES) {
    const shown = JSON.stringify(value)
    if (complaint === undefined) t.doesNotThrow(() => readFileValue(value, 'x', {}), shown)
    else t.throws(() => readFileValue(value, 'x', {}), { name: 'ConfigError', message: complaint }, shown)
    t.equal(
      isValid(value),
      complaint === undefined || onlyParserKnows !== undefined,
      onlyParserKnows ?? shown,
    )
  }
  t.end()
})

t.test('every key is described, for editors', t => {
  let described = 0
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, value] of Object.entries(node)) visit(value, `${path}/${key}`)
    if (!('properties' in node)) return
    for (const [key, value] of Object.entries(node.properties as object)) {
      if ('const' in value) continue
      t.ok('description' in value, `${path}/${key}`)
      described++
    }
  }
  visit(publishedSchema(), '')
  t.ok(described > 50)
  t.end()
})
