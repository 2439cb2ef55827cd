import type { Argument, Command, Option } from 'commander'
import { valueChoices } from './value-choices.js'

/** What stands after an option or as an argument, as far as a shell can complete it. */
export type Value =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'text' }

export interface OptionNode {
  readonly short: string | undefined
  readonly long: string | undefined
  /** `-l, --listen <url>`. */
  readonly flags: string
  readonly description: string
  /** The heading that help has it under, such as `Health:`. */
  readonly group: string
  /** `url` of `--listen <url>`; undefined when it takes none. */
  readonly placeholder: string | undefined
  readonly value: Value | undefined
}

/** A command as it is declared, with the commands inside of it. */
export interface CommandNode {
  /** Its name after those of the commands it is in; empty for the program. */
  readonly path: readonly string[]
  /** What stands after its name. */
  readonly usage: string
  readonly summary: string
  readonly description: string
  readonly options: readonly OptionNode[]
  readonly values: readonly Value[]
  readonly commands: readonly CommandNode[]
}

/** Reads the declarations of a program, all that is not hidden. */
export function readCommand(command: Command, path: readonly string[] = []): CommandNode {
  const help = command.createHelp()
  return {
    path,
    usage: command.usage(),
    summary: command.summary() || command.description(),
    description: command.description(),
    options: help.visibleOptions(command).map(readOption),
    values: command.registeredArguments.map(argument => readArgument(argument, command)),
    commands: help.visibleCommands(command).map(inner => readCommand(inner, [...path, inner.name()])),
  }
}

/** The command and all inside of it, outer ones first. */
export function allCommands(command: CommandNode): readonly CommandNode[] {
  return [command, ...command.commands.flatMap(allCommands)]
}

function readOption(option: Option): OptionNode {
  const [, placeholder] = /[<[]([^>\]]+)[>\]]/.exec(option.flags) ?? []
  const choices = option.argChoices ?? valueChoices(option.attributeName())
  return {
    short: option.short,
    long: option.long ?? undefined,
    flags: option.flags,
    description: option.description,
    group: option.helpGroupHeading ?? 'Options:',
    placeholder,
    value: placeholder === undefined ? undefined : readValue(placeholder, choices),
  }
}

function readArgument(argument: Argument, command: Command): Value {
  const name = argument.name()
  const isCommand = name === 'command'
  const others =
    command.parent === null
      ? undefined
      : command
          .createHelp()
          .visibleCommands(command.parent)
          .map(other => other.name())
  return readValue(name, argument.argChoices ?? (isCommand ? others : undefined))
}

function readValue(placeholder: string, choices: readonly string[] | undefined): Value {
  if (choices !== undefined) return { kind: 'choices', choices }
  return /^(file|path)(\.\.\.)?$/.test(placeholder) ? { kind: 'file' } : { kind: 'text' }
}
