import type { ExplanationView, ServiceView } from '../api/views.js'
import { explanationView } from '../control/admin/explanation-view.js'
import { serviceView } from '../control/admin/views.js'
import type { ServiceGauges } from '../observe/gauges.js'
import { contentType, type Metrics } from '../observe/metrics.js'
import type { Services } from './services.js'

/** What is told of the services that run, to people and to programs. */
export class Overview {
  readonly #services: Services
  readonly #datapath: string
  readonly #metrics: Metrics

  /** @param datapath as configured */
  constructor(services: Services, datapath: string, metrics: Metrics) {
    this.#services = services
    this.#datapath = datapath
    this.#metrics = metrics
  }

  /** The services as the admin API shows them. What was published before is in force by then, in every thread. */
  async services(): Promise<readonly ServiceView[]> {
    const stats = await this.#services.stats()
    const { listeners } = this.#services
    return this.#services.all.map(supervisor => {
      const { service, failover } = supervisor
      return serviceView({
        service,
        datapath: this.#datapath,
        failover,
        listening: listeners.filter(fact => fact.service === service.name),
        backends: supervisor.status(),
        stats: stats.find(each => each.service === service.name),
      })
    })
  }

  /** The names of the services that have no eligible backend. */
  notReady(): readonly string[] {
    return this.#services.all.flatMap(({ failover, service }) => (failover === 'none' ? [service.name] : []))
  }

  /** Which backend a client would be given; undefined for a service that is not there. */
  async explain(
    name: string,
    client: { readonly address: string; readonly port: number },
  ): Promise<ExplanationView | undefined> {
    const supervisor = this.#services.get(name)
    const explanation = await this.#services.datapath.explain(name, client)
    if (supervisor === undefined || explanation === undefined) return undefined
    const { service, failover } = supervisor
    return explanationView({ service, failover, client, explanation, backends: supervisor.status() })
  }

  async metrics(): Promise<{ readonly contentType: string; readonly body: string }> {
    const stats = await this.#services.stats()
    const gauges = this.#services.all.map((supervisor): ServiceGauges => ({
      service: supervisor.service.name,
      failover: supervisor.failover,
      backends: supervisor
        .status()
        .filter(({ isLeaving }) => !isLeaving)
        .map(({ backend, health, admin, effectiveWeight }) => ({
          name: backend.name,
          health,
          admin,
          effectiveWeight,
        })),
    }))
    return { contentType, body: await this.#metrics.render(stats, gauges) }
  }
}
