import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runProgram } from '../fixtures/run-program.js'
import { needs, pathOf, type Program } from '../services/programs.js'
import { succeed } from '../services/run-program.js'

/** Writes the script for a shell to a file of its own. */
async function script(t: Test, shell: Program): Promise<string> {
  const { code, stdout, stderr } = await runProgram(['completion', shell])
  t.same({ code, stderr }, { code: 0, stderr: '' })
  const file = join(mkdtempSync(join(t.testdir(), 'completion-')), `evenkeel.${shell}`)
  writeFileSync(file, stdout)
  await succeed(pathOf(shell), ['-n', file])
  return file
}

/** What is typed, of which the last word is completed, and some of what must and must not be offered. */
const CASES: readonly (readonly [
  words: readonly string[],
  offered: readonly string[],
  others: readonly string[],
])[] = [
  [[''], ['check', 'completion', 'demo', 'help', 'import', 'man', 'ruleset', 'run'], ['--listen']],
  [['ch'], ['check'], ['demo']],
  [['--ba'], ['--backend', '--balance'], ['--listen', '--probe-once']],
  [['check', '--probe-o'], ['--probe-once'], ['--probe']],
  [['ruleset', '--datapath', ''], ['kernel', 'userspace'], ['check']],
  [['--de'], ['--deny'], ['--allow']],
  [['--balance', 'least'], ['least-connections', 'least-latency'], ['ip-hash']],
  [['check', '-a', 'ip'], ['ip-hash'], []],
  [['--name', 'check', '--probe-o'], [], ['--probe-once']],
  [['completion', ''], ['bash', 'fish', 'zsh'], []],
  [['help', 'ch'], ['check'], []],
  [['import', '/etc/host'], ['/etc/hosts'], []],
  [['run', '--config', '/etc/host'], ['/etc/hosts'], []],
  [['import', '--from', ''], ['gobetween', 'haproxy', 'nginx'], ['check']],
  [['--listen', ''], [], ['check', '--backend']],
]

async function offers(
  t: Test,
  complete: (words: readonly string[]) => Promise<readonly string[]>,
  cases: typeof CASES,
): Promise<void> {
  for (const [words, wanted, others] of cases) {
    const offered = await complete(words)
    const typed = `evenkeel ${words.join(' ')}`
    for (const word of wanted) t.ok(offered.includes(word), `${typed}: ${word}`, { offered })
    for (const word of others) t.notOk(offered.includes(word), `${typed}: not ${word}`, { offered })
  }
}

t.test('bash completes what is declared', { skip: needs('bash') }, async t => {
  const file = await script(t, 'bash')
  const bash = (code: string, ...args: string[]) =>
    succeed(pathOf('bash'), ['--norc', '-euc', `source "$0"; ${code}`, file, ...args])
  t.match(String((await bash('complete -p evenkeel')).stdout), 'complete -F _evenkeel evenkeel')
  const ask = async (...words: string[]): Promise<readonly string[]> => {
    const code =
      'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _evenkeel || true; printf "%s\\n" "${COMPREPLY[@]}"'
    const { stdout } = await bash(code.replace('-euc', '-ec'), ...words)
    return String(stdout)
      .split('\n')
      .filter(word => word !== '')
  }
  await offers(t, words => ask('evenkeel', ...words), CASES)
  t.same(await ask('evenkeel', '--balance', '=', 'ip'), ['ip-hash'], '--balance=ip is three words')
  t.same(await ask('evenkeel', '--log-format', '='), ['json', 'pretty', 'auto'])
})

t.test('fish completes what is declared', { skip: needs('fish') }, async t => {
  const file = await script(t, 'fish')
  await offers(
    t,
    async words => {
      const { stdout } = await succeed(pathOf('fish'), [
        '--no-config',
        '-c',
        'source $argv[1]; complete -C "$argv[2]"',
        file,
        `evenkeel ${words.join(' ')}`,
      ])
      return String(stdout)
        .split('\n')
        .map(line => line.split('\t')[0] ?? '')
    },
    CASES,
  )
})

/** Types into a zsh of its own, and prints what became of the line. */
const TYPE_INTO_ZSH = `
zmodload zsh/zpty
zpty z "$1 -f -i"
zpty -w z "unset zle_bracketed_paste; PS1= PS2= RPS1=; setopt no_beep no_list_beep no_auto_menu"
zpty -w z "autoload -Uz compinit; compinit -u -D; source '$2'; bindkey '^I' complete-word"
zpty -w z "print -r -- READY''NOW"
zpty -r z seen '*READYNOW*'
zpty -n -w z "evenkeel $3"$'\\t\\C-a'"print -r -- 'LINE: '"$'\\n'
zpty -r z seen $'*\\nLINE: *\\n'
print -r -- "\${\${seen##*LINE: }%%[[:cntrl:]]*}"
zpty -d z
`

t.test('zsh completes what is declared', { skip: needs('zsh') }, async t => {
  const file = await script(t, 'zsh')
  for (const [typed, line] of [
    ['ch', 'evenkeel check'],
    ['check --probe-o', 'evenkeel check --probe-once'],
    ['--balance ip', 'evenkeel --balance ip-hash'],
    ['check -a random', 'evenkeel check -a random-two'],
    ['completion fi', 'evenkeel completion fish'],
    ['import /etc/hostn', 'evenkeel import /etc/hostname'],
    ['import --from hap', 'evenkeel import --from haproxy'],
  ] as const) {
    const { stdout } = await succeed(pathOf('zsh'), [
      '-f',
      '-c',
      TYPE_INTO_ZSH,
      'zsh',
      pathOf('zsh'),
      file,
      typed,
    ])
    t.equal(String(stdout).trim(), line, typed)
  }
})
