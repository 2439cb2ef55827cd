import type { Clock, Millis, Timer } from '../../clock.js'
import type { Observer } from '../../core/observer.js'
import { ProgramError, RulesetError } from './errors.js'
import type { KernelService } from './kernel-service.js'
import { apply } from './nftables.js'
import type { Owned } from './ownership.js'
import { rulesetOf } from './ruleset.js'
import { replaceTable, stepTo, takeOverTable, type Inventory, type NftTable } from './table.js'

/** Elements of gradual sets that one transaction changes: so none takes long. */
const MOST_ELEMENTS = 1024
/** How long it is waited before what failed twice is tried again. */
const RETRY: Millis = 1000

/** One service, and what is in force of it. */
export interface Kept {
  readonly service: KernelService
  readonly owned: Owned
  /** undefined = it is not known what is there. */
  table: NftTable | undefined
  /** What an earlier process left, until it was taken over. */
  left: Inventory | undefined
  isDirty: boolean
}

/** The tables of all services: writes what their rules say, one transaction after the other. */
export class Tables {
  readonly #clock: Clock
  readonly #observer: Pick<Observer, 'warning'>
  readonly #kept: () => readonly Kept[]
  /** The last of those who write, or will. */
  #last: Promise<unknown> = Promise.resolve()
  #syncing: Promise<void> | undefined
  /** Flows that are being ended. */
  readonly #endings = new Set<Promise<void>>()
  #retry: Timer | undefined
  #failures = 0
  #told = ''
  #isStopped = false

  /** @param kept those that there are at the moment */
  constructor(clock: Clock, observer: Pick<Observer, 'warning'>, kept: () => readonly Kept[]) {
    this.#clock = clock
    this.#observer = observer
    this.#kept = kept
  }

  /** Resolves when what was asked for until now is in force, and what follows from it is done; undefined = it is. */
  settled(): Promise<void> | undefined {
    const under = [...this.#endings, ...(this.#syncing === undefined ? [] : [this.#syncing])]
    // What is written now may leave flows behind that are ended next.
    return under.length === 0 ? undefined : Promise.all(under).then(() => this.settled())
  }

  /** Runs when all who came before have written; nobody writes meanwhile. */
  exclusively<T>(run: () => Promise<T>): Promise<T> {
    const running = this.#last.then(run)
    this.#last = running.catch(() => undefined)
    return running
  }

  /** Brings all tables up to date. Never rejects: what the kernel does not take is told and tried again. */
  sync(): Promise<void> {
    if (this.#isStopped) return Promise.resolve()
    this.#syncing ??= this.exclusively(() => this.write())
      .then(
        () => {
          this.#failures = 0
          this.#told = ''
        },
        (error: unknown) => this.#failed(error),
      )
      .finally(() => {
        this.#syncing = undefined
        // What changed after the last look has asked for nothing.
        if (this.#failures === 0 && this.#kept().some(({ isDirty }) => isDirty)) void this.sync()
      })
    return this.#syncing
  }

  /** Writes until nothing is left to do. Rejects with a {@link RulesetError}. To be run {@link exclusively}. */
  async write(): Promise<void> {
    for (;;) {
      const dirty = this.#kept().filter(({ isDirty }) => isDirty)
      if (dirty.length === 0 || this.#isStopped) return
      for (const kept of dirty) await prepare(kept)
      const steps = dirty.map(next)
      const commands = steps.map(step => step.commands).join('')
      try {
        if (commands !== '') await apply(commands)
      } catch (error) {
        if (givesUpTakeover(steps)) continue
        for (const { kept } of steps) {
          kept.isDirty = true
          // It is not there any more, or it is not as it was thought to be: all of it is put in its place.
          if (isGone(error) || this.#failures > 0) kept.table = undefined
        }
        throw error instanceof RulesetError ? error : new RulesetError(messageOf(error), { cause: error })
      }
      for (const { kept, reached, isLast } of steps) {
        if (kept.table === undefined) kept.service.began()
        kept.table = reached
        kept.left = undefined
        if (isLast) kept.service.entered()
        else kept.isDirty = true
        this.#end(kept.service)
      }
    }
  }

  /** The table of a service is to be put in its place if it is not there any more. */
  missed(kept: Kept, error: unknown): void {
    if (!isGone(error)) return this.tell('the kernel cannot be asked', error)
    kept.table = undefined
    kept.isDirty = true
    void this.sync()
  }

  /** Writes nothing from now on; resolves when nobody writes any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#retry?.cancel()
    await this.#last
  }

  /** Something failed that is nobody's fault here; told once. */
  tell(what: string, error: unknown): void {
    const text = `${what}: ${messageOf(error)}`
    if (text !== this.#told) this.#observer.warning(text, {})
    this.#told = text
  }

  /** Ends what a ruleset left behind, while it may change again. */
  #end(service: KernelService): void {
    if (!service.hasEndings) return
    const ending = service
      .end()
      .catch((error: unknown) => this.tell('flows cannot be ended', error))
      .finally(() => this.#endings.delete(ending))
    this.#endings.add(ending)
  }

  #failed(error: unknown): void {
    this.tell('the ruleset cannot be changed, and is tried again', error)
    this.#retry?.cancel()
    this.#retry = this.#clock.after(this.#failures++ === 0 ? 0 : RETRY, () => void this.sync())
  }
}

/** What is to be done of a service next. */
interface NextStep {
  readonly kept: Kept
  readonly commands: string
  readonly reached: NftTable
  readonly isLast: boolean
}

async function prepare(kept: Kept): Promise<void> {
  if (kept.table === undefined) return
  try {
    await kept.service.prepare()
  } catch {
    kept.table = undefined
  }
}

function next(kept: Kept): NextStep {
  kept.isDirty = false
  const wanted = rulesetOf(kept.service.rules())
  if (kept.table !== undefined) return { kept, ...stepTo(kept.table, wanted, MOST_ELEMENTS) }
  const commands = kept.left === undefined ? replaceTable(wanted) : takeOverTable(kept.left, wanted)
  return { kept, commands, reached: wanted, isLast: true }
}

/** What was left behind may be another version's: then it is replaced as a whole. */
function givesUpTakeover(steps: readonly NextStep[]): boolean {
  const taking = steps.filter(({ kept }) => kept.left !== undefined)
  for (const { kept } of taking) kept.left = undefined
  for (const { kept } of steps) kept.isDirty = true
  return taking.length > 0
}

function isGone(error: unknown): boolean {
  return (
    (error instanceof RulesetError || error instanceof ProgramError) &&
    /No such file|does not exist/.test(error.message)
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
