import { Command } from 'commander'
import t from 'tap'
import { addAdminOptions, openClient } from '../../../src/cli/admin-options.js'
import { surroundings } from '../../fixtures/surroundings.js'

function parse(changes: boolean, ...argv: string[]): Command {
  const command = new Command('x').exitOverride().configureOutput({ outputError: () => undefined })
  return addAdminOptions(command, { changes }).parse(argv, { from: 'user' })
}

t.test('the token is asked for by commands that change alone', t => {
  t.same(parse(false).opts(), { admin: '127.0.0.1:7070' })
  t.same(parse(true, '--admin', 'unix:/a', '--admin-token-file', '/b').opts(), {
    admin: 'unix:/a',
    adminTokenFile: '/b',
  })
  t.throws(() => parse(false, '--admin-token-file', '/b'), { code: 'commander.unknownOption' })
  t.throws(() => parse(true, '--admin-token-file', ''), { code: 'commander.invalidArgument' })
  t.end()
})

t.test('an address that is none is an error of the flag', t => {
  t.ok(openClient(parse(false, '--admin', ':7070'), surroundings()))
  t.throws(() => openClient(parse(false, '--admin', 'x'), surroundings()), {
    name: 'ConfigError',
    path: '--admin',
    exitCode: 2,
  })
  t.end()
})
