import type { Service } from '../core/service.js'
import type { DataPath } from '../datapath/datapath.js'
import { InlineDataPath } from '../datapath/userspace/inline.js'
import type { DataPathTools } from '../datapath/userspace/service-path.js'
import { ThreadedDataPath, type PoolTools } from '../datapath/userspace/threads/pool.js'

/** Makes what moves the bytes of services. */
export type CreateDataPath = (services: readonly Service[], tools: DataPathTools & PoolTools) => DataPath

/** Data threads move the bytes, so many of them. */
export function onThreads(count: number): CreateDataPath {
  return (services, tools) => new ThreadedDataPath(services, tools, count)
}

/** The calling thread moves the bytes. */
export const inline: CreateDataPath = (services, tools) => new InlineDataPath(services, tools)

/** The kernel moves the bytes. Who has no use for that does not load it. */
export async function inKernel(): Promise<CreateDataPath> {
  const { KernelDataPath } = await import('../datapath/kernel/kernel-datapath.js')
  return (services, tools) => new KernelDataPath(services, tools)
}
