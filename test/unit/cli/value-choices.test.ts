import t from 'tap'
import { surroundings } from '../../fixtures/surroundings.js'
import { createProgram } from '../../../src/cli/program.js'
import { valueChoices } from '../../../src/cli/value-choices.js'
import { parseFlags } from '../../../src/config/flags.js'

t.test('every choice is one that reading the flags takes', t => {
  const nothing = () => Promise.reject(new Error('not to be called'))
  const program = createProgram(
    { version: '0', run: nothing, check: nothing, ruleset: nothing, demo: nothing },
    { stdout: () => undefined, stderr: () => undefined, columns: undefined },
    surroundings(),
  )
  let chosen = 0
  for (const option of program.options) {
    const flag = option.attributeName()
    for (const choice of valueChoices(flag) ?? []) {
      t.doesNotThrow(
        () => parseFlags({ listen: [':1'], backend: ['10.0.0.1:1'], [flag]: choice }),
        `${flag} ${choice}`,
      )
      chosen++
    }
  }
  t.ok(chosen > 20)
  t.equal(valueChoices('listen'), undefined)
  t.equal(valueChoices('constructor'), undefined)
  t.end()
})
