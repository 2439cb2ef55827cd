import t from 'tap'
import { readCommand } from '../../../src/cli/command-tree.js'
import { manPage } from '../../../src/cli/man-page.js'
import { smallProgram } from '../../fixtures/small-program.js'

t.test('has every section, the options by their groups, and each shared option once', t => {
  const page = manPage(readCommand(smallProgram()), ['evenkeel -l :1'], '1.2.3')
  t.match(
    page,
    /^\.TH EVENKEEL 1 \d{4}-\d\d-\d\d "evenkeel 1\.2\.3" "User Commands"\n\.SH NAME\nevenkeel \\- does it all\n/,
  )
  t.same(
    [...page.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title),
    [
      'NAME',
      'SYNOPSIS',
      'DESCRIPTION',
      'COMMANDS',
      'OPTIONS',
      'EXAMPLES',
      'EXIT STATUS',
      'SIGNALS',
      'FILES',
      'SEE ALSO',
    ],
  )
  t.same(
    [...page.matchAll(/^\.SS "(.*)"$/gm)].map(([, title]) => title),
    [
      'check',
      'backend',
      'backend drain',
      'backend ready',
      'backend help',
      'shell',
      'help',
      'Listeners',
      'Balancing',
      'Options',
    ],
  )
  t.equal(page.split('.B \\-l, \\-\\-listen <url>').length, 2)
  t.match(page, /Looks at it\.\nIt takes the options below as well\.\n\.TP\n\.B \\-\\-as <format>\nhow/)
  t.notMatch(page, /secret|unseen/)
  t.match(page, /\nevenkeel \\-l :1\n/)
  t.end()
})
