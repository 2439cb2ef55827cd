import type { Millis } from '../../clock.js'
import type { BackendName } from '../../core/backend.js'
import type { Explanation } from '../../core/explanation.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Service } from '../../core/service.js'
import type { Snapshot } from '../../core/snapshot.js'
import type { ServiceStats } from '../../core/stats.js'
import type { Client } from '../../core/strategy/strategy.js'
import type { DataPath, Terms } from '../datapath.js'
import { DataThread } from './data-thread.js'
import { Ledger } from './ledger.js'
import { localCounts, type DataPathTools } from './service-path.js'

/** The user-space data path in the thread that creates it: for a balancer inside another program. */
export class InlineDataPath implements DataPath {
  readonly #services: readonly Service[]
  readonly #thread: DataThread
  readonly #terms: Terms
  readonly #ledger = new Ledger()

  constructor(services: readonly Service[], tools: DataPathTools) {
    this.#services = services
    this.#terms = tools.terms
    this.#thread = new DataThread(tools, localCounts())
  }

  async start(): Promise<readonly ListeningFact[]> {
    try {
      return await this.reconfigure(this.#services, this.#terms)
    } catch (error) {
      this.#thread.abandon()
      throw error
    }
  }

  async reconfigure(services: readonly Service[], terms: Terms): Promise<readonly ListeningFact[]> {
    const { facts } = await this.#thread.prepare(services, 'alone')
    this.#thread.commit(terms)
    return facts
  }

  publish(service: string, snapshot: Snapshot): void {
    this.#thread.publish(service, snapshot)
  }

  settled(): undefined {
    return undefined
  }

  held(service: string, backend: BackendName): number {
    return this.#thread.held(service, backend)
  }

  forget(service: string): void {
    this.#thread.forget(service)
    this.#ledger.forget(service)
  }

  async explain(service: string, client: Client): Promise<Explanation | undefined> {
    return this.#thread.explain(service, client)
  }

  async close(): Promise<void> {
    this.#thread.close()
  }

  stop(grace: Millis): Promise<void> {
    return this.#thread.stop(grace)
  }

  abort(): void {
    this.#thread.abort('shutdown')
  }

  async stats(): Promise<readonly ServiceStats[]> {
    this.#ledger.take(0, await this.#thread.stats())
    return this.#ledger.total()
  }
}
