import type { Service } from '../../core/service.js'
import type { Snapshot } from '../../core/snapshot.js'
import { Entrances } from './entrances.js'
import { KernelService } from './kernel-service.js'
import { Numbers } from './numbers.js'
import { preferred } from './ownership.js'
import { rulesetOf } from './ruleset.js'
import { printTable } from './table.js'

/** The ruleset that a service would begin with, in the words of nftables. Its listeners have their ports. */
export function firstRuleset(service: Service, snapshot: Snapshot): string {
  const kernelService = new KernelService(service, preferred(service.name), new Numbers(), {
    clock: { now: () => 0, after: () => ({ cancel: () => undefined }) },
    passive: () => undefined,
    onChanged: () => undefined,
    routesLoopback: false,
    isInherited: false,
  })
  kernelService.publish(snapshot)
  kernelService.reconfigure(service, new Entrances().of(service))
  return printTable(rulesetOf(kernelService.rules()))
}
