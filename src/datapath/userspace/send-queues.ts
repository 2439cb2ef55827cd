import type { Clock, Millis, Timer } from '../../clock.js'
import type { StreamSocket } from '../../sockets/stream-socket.js'
import { readSocketTables } from './socket-tables.js'

/** Between two looks at the table: a multiple of what a look takes, which in a long table is tens of milliseconds. */
const PAUSE = { perLook: 10, least: 4, most: 500 } as const

/** Bytes that peers have not acknowledged, by the port pair `local:remote` of the socket; those without any are left out. */
export type Unsent = ReadonlyMap<string, number>

/** What is done with the answer: the bytes left to all sockets of the question together, and when that was seen. */
export type Told = (left: number, now: Millis) => void

/** What is looked at of a socket. */
type Asked = Pick<StreamSocket, 'waiting' | 'local' | 'remote'>

interface Question {
  readonly sockets: readonly Asked[]
  readonly told: Told
}

/**
 * What was written to sockets and has not arrived yet. Node cannot ask a socket for its send queue, so Linux's table of
 * TCP sockets is read, once for all that ask, and no more often than a tenth of the time allows. Elsewhere only our
 * own queue counts.
 */
export class SendQueues {
  readonly #clock: Clock
  readonly #read: () => Promise<Unsent | undefined>
  #questions: Question[] = []
  /** When the most urgent question is due. */
  #due: Millis = Infinity
  #notBefore: Millis = -Infinity
  #timer: Timer | undefined
  #isLooking = false

  /** @param read the table; undefined = it cannot be read at the moment */
  constructor(clock: Clock, read: () => Promise<Unsent | undefined> = readTables) {
    this.#clock = clock
    this.#read = read
  }

  /**
   * Asks how many bytes are left to these sockets. The answer comes once, from a look that begins after this call:
   * `within` from now at the latest, but for the pause between two looks.
   */
  ask(sockets: readonly Asked[], within: Millis, told: Told): void {
    this.#await([{ sockets, told }], this.#clock.now() + within)
  }

  /** Forgets all questions; no timer is left. */
  stop(): void {
    this.#timer?.cancel()
    this.#questions = []
    this.#due = Infinity
  }

  #await(questions: readonly Question[], due: Millis): void {
    this.#questions.push(...questions)
    if (due >= this.#due) return
    this.#due = due
    this.#arm()
  }

  #arm(): void {
    if (this.#isLooking || this.#due === Infinity) return
    this.#timer?.cancel()
    const wait = Math.max(this.#due, this.#notBefore) - this.#clock.now()
    this.#timer = this.#clock.after(Math.max(0, wait), () => void this.#look())
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    const asked = this.#questions
    this.#questions = []
    this.#due = Infinity
    const started = this.#clock.now()
    const unsent = await this.#read()
    const now = this.#clock.now()
    const pause = Math.min(Math.max(PAUSE.perLook * (now - started), PAUSE.least), PAUSE.most)
    this.#notBefore = now + pause
    this.#isLooking = false
    if (unsent === undefined) this.#await(asked, this.#notBefore)
    else for (const { sockets, told } of asked) told(bytesLeft(sockets, unsent), now)
    this.#arm()
  }
}

function bytesLeft(sockets: readonly Asked[], unsent: Unsent): number {
  let left = 0
  for (const { waiting, local, remote } of sockets) {
    left += waiting + (unsent.get(`${local?.port}:${remote?.port}`) ?? 0)
  }
  return left
}

/** A system without tables has nothing to wait for; an error, such as EMFILE, passes. */
async function readTables(): Promise<Unsent | undefined> {
  try {
    return new Map((await readSocketTables('tcp')).flatMap(parseUnsent))
  } catch {
    return undefined
  }
}

/** @param table the text of /proc/net/tcp (Linux, Documentation/networking/proc_net_tcp.rst) */
export function parseUnsent(table: string): readonly (readonly [ports: string, bytes: number])[] {
  const row =
    /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} (?!00000000)([0-9A-F]{8}):/gm
  return [...table.matchAll(row)].map(([, local = '', remote = '', queued = '']) => [
    `${Number.parseInt(local, 16)}:${Number.parseInt(remote, 16)}`,
    Number.parseInt(queued, 16),
  ])
}
