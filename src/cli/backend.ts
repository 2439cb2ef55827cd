import type { Command } from 'commander'
import type { BackendChange, NewBackend } from '../api/changes.js'
import { DEADLINE_ACTIONS } from '../core/backend.js'
import { formatAddress } from '../config/address.js'
import { parseBackend } from '../config/backend-spec.js'
import { parseDuration } from '../config/duration.js'
import { parseChoice, parseCount } from '../config/scalar.js'
import type { Output, Surroundings } from './actions.js'
import { addAdminOptions, openClient } from './admin-options.js'
import { backendSentence } from './backend-sentence.js'
import { count } from './amounts.js'
import { UsageError } from './error-line.js'
import { findBackend, findService } from './find-names.js'
import { suggest } from './name-suggestion.js'
import { printable } from './terminal-text.js'

const EXAMPLES = `
Examples:
  evenkeel backend drain db1 --for 10m --then kill
  evenkeel backend weight postgres/db1 3
  evenkeel backend add 10.0.0.13:5432,weight=2,name=db3 --service postgres
`

/** Adds `backend` with its actions: what an operator can change of a running process. */
export function addBackendCommand(program: Command, output: Output, surroundings: Surroundings): void {
  const backend = program
    .command('backend')
    .summary('drain, weigh, add or remove a backend of a running process')
    .description(
      'Changes a backend of a running process, until its next reload. The service of a backend may be left out where only one has a backend of that name.',
    )
    .usage('<action> [service/]<backend> [options]')
    .argument('[action]')
    .argument('[rest...]')
    .addHelpText('after', EXAMPLES)
  addStateActions(backend, output, surroundings)
  addWeightAction(backend, output, surroundings)
  addMembershipActions(backend, output, surroundings)
  addKillAction(backend, output, surroundings)
  const actions = backend.commands.map(command => command.name())
  backend.action((action: string | undefined) => {
    if (action === undefined)
      throw new UsageError(`backend: what is to be done? One of ${actions.join(', ')}`)
    throw new UsageError(`backend: unknown action ${JSON.stringify(action)}${suggest(action, actions)}`)
  })
}

const STATES = {
  drain: 'take no new sessions to a backend; those it has go on',
  maintenance: 'drain a backend, and probe it no more',
  ready: 'let a backend serve again',
} as const

function addStateActions(backend: Command, output: Output, surroundings: Surroundings): void {
  for (const state of ['drain', 'maintenance', 'ready'] as const) {
    const command = addAction(backend, state, STATES[state], '[service/]<backend>')
    if (state !== 'ready') {
      command
        .option('--for <duration>', 'for how long; --then says what comes then')
        .option('--then <what>', 'kill (its sessions end), ready or maintenance')
    }
    finish(command, `evenkeel backend ${state} db1${state === 'drain' ? ' --for 10m --then kill' : ''}`)
    command.action(async (name: string) => {
      const deadline = readDeadline(command.opts<DeadlineFlags>())
      await change(command, name, { state, ...deadline }, output, surroundings)
    })
  }
}

interface DeadlineFlags {
  readonly for?: string
  readonly then?: string
}

function readDeadline(flags: DeadlineFlags): Pick<BackendChange, 'for' | 'then'> {
  if (flags.for === undefined && flags.then === undefined) return {}
  if (flags.for === undefined) throw new UsageError('--then needs --for <duration>')
  if (flags.then === undefined) throw new UsageError(`--for needs --then ${DEADLINE_ACTIONS.join('|')}`)
  parseDuration('--for', flags.for, 1)
  return { for: flags.for, then: parseChoice('--then', flags.then, DEADLINE_ACTIONS) }
}

function addWeightAction(backend: Command, output: Output, surroundings: Surroundings): void {
  const command = addAction(backend, 'weight', 'set the weight of a backend', '[service/]<backend>')
  command.argument('<weight>', '1 to 256; counts from the next client on')
  finish(command, 'evenkeel backend weight db1 3').action(async (name: string, text: string) => {
    const weight = parseCount('weight', text, 1, 256)
    await change(command, name, { weight }, output, surroundings)
  })
}

function addMembershipActions(backend: Command, output: Output, surroundings: Surroundings): void {
  const add = addAction(backend, 'add', 'add a backend', '<spec>')
    .description(
      'Adds a backend, written as after --backend: HOST:PORT or unix:PATH, then ,weight= ,name= and so on.',
    )
    .option('--service <name>', 'the service that gets it; may be left out when there is one')
  finish(add, 'evenkeel backend add 10.0.0.13:5432,weight=2,name=db3 --service postgres')
  add.action(async (spec: string) => {
    const fields = newBackend(spec)
    const client = openClient(add, surroundings)
    const { name } = findService((await client.services()).view, add.opts<{ service?: string }>().service)
    const added = await client.addBackend(name, fields)
    output.stdout(`${backendSentence(name, added, surroundings.wallTime())}\n`)
  })
  const remove = addAction(backend, 'remove', 'remove a backend; its sessions go on', '[service/]<backend>')
  finish(remove, 'evenkeel backend remove db1')
  remove.action(async (text: string) => {
    const client = openClient(remove, surroundings)
    const { service, backend, sessionsActive } = findBackend((await client.services()).view, text)
    await client.removeBackend(service, backend)
    const left =
      sessionsActive === 0
        ? 'it had no sessions'
        : `its ${count(sessionsActive, 'session')} may end by ${sessionsActive === 1 ? 'itself' : 'themselves'}`
    output.stdout(`${printable(`${service}/${backend}`)} is removed, ${left}\n`)
  })
}

function addKillAction(backend: Command, output: Output, surroundings: Surroundings): void {
  const command = addAction(backend, 'kill-sessions', 'end all sessions of a backend', '[service/]<backend>')
  finish(command, 'evenkeel backend kill-sessions db1').action(async (text: string) => {
    const client = openClient(command, surroundings)
    const { service, backend, sessionsActive } = findBackend((await client.services()).view, text)
    await client.killSessions(service, backend)
    output.stdout(`ended ${count(sessionsActive, 'session')} of ${printable(`${service}/${backend}`)}\n`)
  })
}

function addAction(backend: Command, name: string, summary: string, operand: string): Command {
  const description = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
  return backend
    .command(name)
    .summary(summary)
    .description(description)
    .usage(`${operand}${name === 'weight' ? ' <weight>' : ''} [options]`)
    .argument(operand.replace('[service/]', ''))
}

function finish(command: Command, example: string): Command {
  return addAdminOptions(command, { changes: true }).addHelpText('after', `\nExample:\n  ${example}\n`)
}

async function change(
  command: Command,
  text: string,
  to: BackendChange,
  output: Output,
  surroundings: Surroundings,
): Promise<void> {
  const client = openClient(command, surroundings)
  const { service, backend } = findBackend((await client.services()).view, text)
  const changed = await client.changeBackend(service, backend, to)
  output.stdout(`${backendSentence(service, changed, surroundings.wallTime())}\n`)
}

/** The fields of a spec that differ from what a backend is without them. */
function newBackend(spec: string): NewBackend {
  const { name, address, weight, backup, maxConnections, state } = parseBackend({
    path: 'backend',
    text: spec,
  })
  const written = formatAddress(address)
  return {
    address: written,
    ...(name !== written && { name }),
    ...(weight !== 1 && { weight }),
    ...(backup && { backup }),
    ...(maxConnections !== undefined && { maxConnections }),
    ...(state !== 'ready' && { state }),
  }
}
