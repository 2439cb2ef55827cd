import { allCommands, type CommandNode, type OptionNode, type Value } from './command-tree.js'

/** ` backend drain`: the names that lead to a command, each after a space; '' for the program. */
export function pathText(path: readonly string[]): string {
  return path.map(name => ` ${name}`).join('')
}

/** The names of an option, short first. */
export function optionNames({ short, long }: OptionNode): readonly string[] {
  return [short, long].filter(name => name !== undefined)
}

/** The words that lead into a command, such as ` backend drain` where ` backend` is. */
export function commandPaths(program: CommandNode): readonly string[] {
  return allCommands(program)
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => pathText(path))
}

/** Each option that takes a value after its command, such as ` check --listen`, with what the value can be. */
export function valuedOptions(program: CommandNode): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>()
  for (const command of allCommands(program)) {
    for (const option of command.options) {
      if (option.value === undefined) continue
      for (const name of optionNames(option)) found.set(`${pathText(command.path)} ${name}`, option.value)
    }
  }
  return found
}

/** A text in single quotes of a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
