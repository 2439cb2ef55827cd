import { allCommands, type CommandNode, type OptionNode, type Value } from './command-tree.js'
import { commandPaths, pathText, valuedOptions } from './completion-words.js'

/** A script for fish, to be put into `~/.config/fish/completions/evenkeel.fish`, or sourced. */
export function fishCompletion(program: CommandNode): string {
  return `# Completion of evenkeel for fish, made by "evenkeel completion fish".

# The names of the commands that stand before the cursor.
function __evenkeel_path
    set -l path ''
    set -l is_value 0
    for word in (commandline -opc)[2..-1]
        if test $is_value = 1
            set is_value 0
            continue
        end
        switch "$path $word"
            case ${[...valuedOptions(program).keys()].map(fishQuote).join(' ')}
                set is_value 1
            case ${commandPaths(program).map(fishQuote).join(' ')}
                set path "$path $word"
        end
    end
    echo -- $path
end

function __evenkeel_at
    test (__evenkeel_path) = "$argv"
end

complete -c evenkeel -f
${allCommands(program).flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, options, values, commands }: CommandNode): string[] {
  const at = `complete -c evenkeel -n ${fishQuote(`__evenkeel_at ${fishQuote(pathText(path))}`)}`
  const [first] = commands.length === 0 ? values : []
  return [
    ...commands.map(command => `${at} -a ${command.path.at(-1) ?? ''} -d ${fishQuote(command.summary)}`),
    ...(first === undefined || first.kind === 'text' ? [] : [`${at} ${valueOf(first)}`]),
    ...options.map(option => `${at} ${optionOf(option)}`),
  ]
}

function optionOf({ short, long, description, value }: OptionNode): string {
  return [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    ...(long === undefined ? [] : [`-l ${long.slice(2)}`]),
    ...(value === undefined ? [] : [`-r ${valueOf(value)}`.trim()]),
    `-d ${fishQuote(description)}`,
  ].join(' ')
}

function valueOf(value: Value): string {
  switch (value.kind) {
    case 'choices':
      return `-f -a ${fishQuote(value.choices.join(' '))}`
    case 'file':
      return '-F'
    case 'text':
      return ''
  }
}

/** In single quotes fish knows `\'` and `\\` alone. */
function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
