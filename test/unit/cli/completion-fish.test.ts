import t from 'tap'
import { readCommand } from '../../../src/cli/command-tree.js'
import { fishCompletion } from '../../../src/cli/completion-fish.js'
import { smallProgram } from '../../fixtures/small-program.js'

t.test('has all that is declared, and nothing that is hidden', t => {
  const script = fishCompletion(readCommand(smallProgram()))
  for (const word of [
    'listen',
    'balance',
    'config',
    'no-admin',
    'check',
    'as',
    'drain',
    'for',
    'ready',
    'shell',
  ]) {
    t.ok(new RegExp(`\\b${word}\\b`).test(script), word)
  }
  for (const choice of ['least-connections', 'yaml json', 'bash zsh']) t.ok(script.includes(choice), choice)
  t.notOk(script.includes('secret') || script.includes('unseen)'))
  t.notOk(/undefined|\[object/.test(script))
  t.end()
})
