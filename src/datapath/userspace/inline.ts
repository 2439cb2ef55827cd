import type { Millis } from '../../clock.js'
import type { ListeningFact } from '../../core/observer.js'
import type { Service } from '../../core/service.js'
import type { Snapshot } from '../../core/snapshot.js'
import type { ServiceStats } from '../../core/stats.js'
import type { DataPath } from '../datapath.js'
import { DataThread } from './data-thread.js'
import { Ledger } from './ledger.js'
import { localCounts, type DataPathTools } from './service-path.js'

/** The user-space data path in the thread that creates it: for a balancer inside another program. */
export class InlineDataPath implements DataPath {
  readonly #thread: DataThread
  readonly #ledger = new Ledger()

  constructor(services: readonly Service[], tools: DataPathTools) {
    this.#thread = new DataThread(services, tools, { sharing: 'alone', countsOf: localCounts })
  }

  start(): Promise<readonly ListeningFact[]> {
    return this.#thread.start()
  }

  publish(service: string, snapshot: Snapshot): void {
    this.#thread.publish(service, snapshot)
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
