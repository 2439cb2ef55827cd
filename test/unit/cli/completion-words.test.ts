import t from 'tap'
import { readCommand } from '../../../src/cli/command-tree.js'
import {
  commandPaths,
  optionNames,
  pathText,
  shellQuote,
  valuedOptions,
} from '../../../src/cli/completion-words.js'
import { smallProgram } from '../../fixtures/small-program.js'

const program = readCommand(smallProgram())

t.test('the words that lead somewhere', t => {
  t.equal(pathText([]), '')
  t.equal(pathText(['backend', 'drain']), ' backend drain')
  t.same(commandPaths(program).slice(0, 3), [' check', ' backend', ' backend drain'])
  t.same(program.options.slice(2, 4).map(optionNames), [['-c', '--config'], ['--no-admin']])
  t.end()
})

t.test('the options with a value, each after its command', t => {
  const valued = valuedOptions(program)
  t.same(valued.get(' -c'), { kind: 'file' })
  t.same(valued.get(' check --as'), { kind: 'choices', choices: ['yaml', 'json'] })
  t.same(valued.get(' backend drain --for'), { kind: 'text' })
  t.notOk(valued.has(' --no-admin') || valued.has(' --for'))
  t.end()
})

t.test('quotes', t => {
  t.equal(shellQuote("it's"), "'it'\\''s'")
  t.end()
})
