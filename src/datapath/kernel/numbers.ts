import {
  formatEndpoint,
  isSameEndpoint,
  type Backend,
  type BackendName,
  type Endpoint,
} from '../../core/backend.js'
import { plainAddress } from '../../core/address.js'
import { MOST_BACKENDS } from './marks.js'
import { familyOf } from './rules.js'

/** A number that marks stand for: a backend at one address, from the time when its sessions were to end last. */
export interface Numbered {
  readonly number: number
  readonly name: BackendName
  readonly endpoint: Extract<Endpoint, { readonly kind: 'inet' }>
}

/**
 * The numbers of the backends of a service. A backend gets another one when its flows are cut or when it moves, so that
 * what holds for its old flows does not hold for new ones; the old one stays known for as long as it has flows.
 */
export class Numbers {
  readonly #known = new Map<number, Numbered>()
  readonly #current = new Map<BackendName, Numbered>()
  /** Those of flows that an earlier process has left, until their backend has come. */
  readonly #taken: Map<string, number>
  #last: number

  /**
   * @param taken numbers that flows of an earlier process may have, by the address of their backend as
   *   {@link formatEndpoint} writes it: backends that are still there go on with theirs
   */
  constructor(taken: ReadonlyMap<string, number> = new Map()) {
    this.#taken = new Map(taken)
    this.#last = Math.max(0, ...taken.values())
  }

  /** All that are known, old ones included. */
  get all(): readonly Numbered[] {
    return [...this.#known.values()]
  }

  /** The backend that a number stands for; undefined for a number that is not known. */
  get(number: number): Numbered | undefined {
    return this.#known.get(number)
  }

  /** The number that new flows of a backend get; undefined for one that has none yet. */
  of(name: BackendName): Numbered | undefined {
    return this.#current.get(name)
  }

  /** Whether new flows get a number. */
  isCurrent(numbered: Numbered): boolean {
    return this.#current.get(numbered.name) === numbered
  }

  /** Follows where a backend is: an IPv4 address that is written as one of IPv6 is one of IPv4. */
  place({ name, endpoint: given }: Backend): void {
    if (given.kind !== 'inet') return
    const host = plainAddress(given.host)
    const endpoint = { ...given, host, family: familyOf(host) }
    const known = this.#current.get(name)
    if (known !== undefined && isSameEndpoint(known.endpoint, endpoint)) return
    const place = formatEndpoint(endpoint)
    const before = known === undefined ? this.#taken.get(place) : undefined
    this.#taken.delete(place)
    const isFree = before !== undefined && !this.#known.has(before)
    this.#assign(name, endpoint, isFree ? before : this.#next())
  }

  /** Gives a backend another number; returns the old one, and undefined for a backend that has none. */
  renew(name: BackendName): Numbered | undefined {
    const old = this.#current.get(name)
    if (old !== undefined) this.#assign(name, old.endpoint, this.#next())
    return old
  }

  /** A backend gets no new flows any more. */
  leave(name: BackendName): void {
    this.#current.delete(name)
  }

  /** A number that has no flows any more. */
  forget(number: number): void {
    this.#known.delete(number)
  }

  #assign(name: BackendName, endpoint: Numbered['endpoint'], number: number): void {
    const numbered = { number, name, endpoint }
    this.#known.set(number, numbered)
    this.#current.set(name, numbered)
  }

  #next(): number {
    if (this.#known.size >= MOST_BACKENDS - 1) throw new Error('no number is left for a backend')
    do this.#last = (this.#last % MOST_BACKENDS) + 1
    while (this.#known.has(this.#last))
    return this.#last
  }
}
