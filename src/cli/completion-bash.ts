import { allCommands, type CommandNode, type Value } from './command-tree.js'
import { commandPaths, optionNames, pathText, shellQuote, valuedOptions } from './completion-words.js'

/** A script for bash 3.2 or newer, to be sourced. */
export function bashCompletion(program: CommandNode): string {
  const valued = valuedOptions(program)
  return `# Completion of evenkeel for bash, made by "evenkeel completion bash".

_evenkeel() {
  local current=\${COMP_WORDS[COMP_CWORD]} option=\${COMP_WORDS[COMP_CWORD - 1]}
  local path='' is_value='' index word
  COMPREPLY=()

  # bash takes the = of --flag=value for a word.
  [[ $option == = ]] && option=\${COMP_WORDS[COMP_CWORD - 2]}
  [[ $current == = ]] && current=''

  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    [[ $word == = ]] && continue
    if [[ -n $is_value ]]; then
      is_value=''
      continue
    fi
    case "$path $word" in
    ${alternatives([...valued.keys()])}) is_value=1 ;;
    ${alternatives(commandPaths(program))}) path="$path $word" ;;
    esac
  done

  case "$path $option" in
${valueCases(valued)}
  esac

  if [[ $current == -* ]]; then
    case "$path" in
${allCommands(program)
  .map(({ path, options }) => wordsCase(pathText(path), options.flatMap(optionNames)))
  .join('\n')}
    esac
    return
  fi

  case "$path" in
${allCommands(program).flatMap(argumentCase).join('\n')}
  esac
}

_evenkeel_words() {
  COMPREPLY=($(compgen -W "$1" -- "$2"))
}

_evenkeel_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$1"))
}

complete -F _evenkeel evenkeel
`
}

function alternatives(texts: readonly string[]): string {
  return texts.map(shellQuote).join(' | ')
}

function valueCases(valued: ReadonlyMap<string, Value>): string {
  const byAction = new Map<string, string[]>()
  for (const [option, value] of valued) {
    const action = completeValue(value)
    byAction.set(action, [...(byAction.get(action) ?? []), option])
  }
  return [...byAction]
    .map(([action, options]) => `  ${alternatives(options)})\n    ${action}return\n    ;;`)
    .join('\n')
}

function completeValue(value: Value): string {
  switch (value.kind) {
    case 'choices':
      return `_evenkeel_words ${shellQuote(value.choices.join(' '))} "$current"\n    `
    case 'file':
      return '_evenkeel_files "$current"\n    '
    case 'text':
      return ''
  }
}

function wordsCase(path: string, words: readonly string[]): string {
  return `    ${shellQuote(path)}) _evenkeel_words ${shellQuote(words.join(' '))} "$current" ;;`
}

/** The commands inside of a command, or what its first argument can be. */
function argumentCase({ path, commands, values }: CommandNode): string[] {
  const names = commands.map(command => command.path.at(-1) ?? '')
  const [first] = values
  if (names.length > 0) return [wordsCase(pathText(path), names)]
  if (first?.kind === 'choices') return [wordsCase(pathText(path), first.choices)]
  return first?.kind === 'file' ? [`    ${shellQuote(pathText(path))}) _evenkeel_files "$current" ;;`] : []
}
