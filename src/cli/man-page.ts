import { allCommands, type CommandNode, type OptionNode } from './command-tree.js'
import { paragraph, roffText } from './roff.js'

/** The day on which the words below were last changed; what comes from the declarations has no day. */
const REVISED = '2026-11-23'

const EXIT_STATUS = [
  ['0', 'A requested stop, or the command did what it was asked to.'],
  [
    '1',
    'It could not start or run: a port is taken, a permission is missing, the admin server does not answer.',
  ],
  ['2', 'An error in the flags or in the config file, or nothing to import.'],
] as const

const SIGNALS = [
  [
    'SIGTERM, SIGINT',
    'Closes the listeners, lets sessions go on for the drain timeout, and ends. A second one ends it at once.',
  ],
  [
    'SIGHUP',
    'Reads the config file again and applies the difference. A file that is not valid changes nothing.',
  ],
] as const

const FILES = [
  ['evenkeel.yaml', 'The config file, wherever --config names it. Its keys are the flags in camelCase.'],
  [
    '$XDG_RUNTIME_DIR/evenkeel/',
    'Where the token of the admin server is, unless --admin-token-file names it. A service of systemd has it in its RuntimeDirectory.',
  ],
] as const

/**
 * The man page of the program in the man(7) macros.
 *
 * @param examples command lines
 */
export function manPage(program: CommandNode, examples: readonly string[], version: string): string {
  const shared = new Set(program.options.map(({ flags }) => flags))
  return [
    `.TH EVENKEEL 1 ${REVISED} ${quoted(`evenkeel ${version}`)} "User Commands"`,
    '.SH NAME',
    `evenkeel \\- ${roffText(program.description.replace(/\.$/, '').replace(/^./, first => first.toLowerCase()))}`,
    '.SH SYNOPSIS',
    ...synopsis(program),
    '.SH DESCRIPTION',
    '.B evenkeel',
    'puts one address in front of several servers, over TCP, UDP or unix sockets.',
    'It probes them, sends clients to those that answer, and says why it left one.',
    'Its flags describe one service, a config file any number of them.',
    '.SH COMMANDS',
    ...allCommands(program)
      .slice(1)
      .flatMap(command => commandSection(command, shared)),
    '.SH OPTIONS',
    ...optionGroups(program.options),
    '.SH EXAMPLES',
    '.nf',
    ...examples.map(roffText),
    '.fi',
    '.SH EXIT STATUS',
    ...EXIT_STATUS.flatMap(([status, text]) => paragraph(status, text)),
    '.SH SIGNALS',
    ...SIGNALS.flatMap(([signal, text]) => paragraph(signal, text)),
    '.SH FILES',
    ...FILES.flatMap(([file, text]) => paragraph(file, text)),
    '.SH SEE ALSO',
    '.BR systemctl (1),',
    '.BR journalctl (1),',
    '.BR ss (8)',
    '',
  ].join('\n')
}

function synopsis({ usage, commands }: CommandNode): readonly string[] {
  return [
    '.B evenkeel',
    roffText(usage),
    ...commands.flatMap(command => [
      '.br',
      `.B evenkeel ${roffText(command.path.join(' '))}`,
      roffText(command.usage),
    ]),
  ]
}

/** A command with its own options; those of the program are told once. */
function commandSection(command: CommandNode, shared: ReadonlySet<string>): readonly string[] {
  const own = command.options.filter(({ flags }) => !shared.has(flags))
  const takesShared = command.options.some(({ flags }) => shared.has(flags) && !flags.includes('--help'))
  return [
    `.SS ${quoted(command.path.join(' '))}`,
    roffText(command.description),
    ...(takesShared ? ['It takes the options below as well.'] : []),
    ...optionGroups(own, false),
  ]
}

function optionGroups(options: readonly OptionNode[], isTitled = true): readonly string[] {
  const groups = new Map<string, OptionNode[]>()
  for (const option of options) {
    const group = groups.get(option.group)
    if (group === undefined) groups.set(option.group, [option])
    else group.push(option)
  }
  return [...groups].flatMap(([title, members]) => [
    ...(isTitled ? [`.SS ${quoted(title.replace(/:$/, ''))}`] : []),
    ...members.flatMap(({ flags, description }) => paragraph(flags, description)),
  ])
}

function quoted(text: string): string {
  return `"${roffText(text).replaceAll('"', '""')}"`
}
