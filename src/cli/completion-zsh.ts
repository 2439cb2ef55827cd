import type { CommandNode, OptionNode, Value } from './command-tree.js'
import { optionNames, shellQuote } from './completion-words.js'

/** A script for zsh, to be put into a directory of `fpath` as `_evenkeel`, or sourced. */
export function zshCompletion(program: CommandNode): string {
  return `#compdef evenkeel
# Completion of evenkeel for zsh, made by "evenkeel completion zsh".

${functionsOf(program).join('\n')}
if [[ $funcstack[1] == _evenkeel ]]; then
  _evenkeel "$@"
else
  compdef _evenkeel evenkeel
fi
`
}

function functionsOf(command: CommandNode): readonly string[] {
  const name = functionName(command)
  const options = command.options.map(option => `    ${optionSpec(option)}`)
  if (command.commands.length === 0) {
    const values = command.values.map(
      (value, index) => `    ${shellQuote(`${index + 1}: :${action(value)}`)}`,
    )
    return [`${name}() {\n  _arguments -s -S \\\n${[...options, ...values].join(' \\\n')}\n}\n`]
  }
  const described = command.commands.map(
    ({ path, summary }) => `      ${shellQuote(`${(path.at(-1) ?? '').replaceAll(':', '\\:')}:${summary}`)}`,
  )
  const branches = command.commands.map(inner => `      ${path(inner)}) ${functionName(inner)} ;;`)
  const own = `${name}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  _arguments -C \\
${[...options, "    '1: :->command'", "    '*:: :->rest'"].join(' \\\n')} && return
  case $state in
  command)
    commands=(
${described.join('\n')}
    )
    _describe command commands
    ;;
  rest)
    case $line[1] in
${branches.join('\n')}
    esac
    ;;
  esac
}
`
  return [...command.commands.flatMap(functionsOf), own]
}

function path({ path }: CommandNode): string {
  return path.at(-1) ?? ''
}

function functionName({ path }: CommandNode): string {
  return ['_evenkeel', ...path].join('_').replaceAll('-', '_')
}

/** `'*'{-l,--listen}'[text]:url: '`: options may be given again, as the shell cannot know which may not. */
function optionSpec(option: OptionNode): string {
  const names = optionNames(option)
  const alternatives = names.length > 1 ? `{${names.join(',')}}` : names.join('')
  const text = option.description.replace(/[[\]\\]/g, '\\$&')
  const value = option.value
  const message = (option.placeholder ?? '').replaceAll(':', '\\:')
  const argument = value === undefined ? '' : `:${message}:${action(value)}`
  return `'*'${alternatives}${shellQuote(`[${text}]${argument}`)}`
}

function action(value: Value): string {
  switch (value.kind) {
    case 'choices':
      return `(${value.choices.join(' ')})`
    case 'file':
      return '_files'
    case 'text':
      return ' '
  }
}
