import t from 'tap'
import type { Observer } from '../../../src/core/observer.js'
import { fanOut } from '../../../src/observe/fan-out.js'
import { FACTS, PROBE, tellAll } from '../../fixtures/facts.js'

function recorder(name: string, told: unknown[][]): Observer {
  const record =
    (method: keyof Observer) =>
    (...facts: unknown[]): void =>
      void told.push([name, method, ...facts])
  return {
    listening: record('listening'),
    admin: record('admin'),
    ready: record('ready'),
    backendState: record('backendState'),
    failover: record('failover'),
    probe: record('probe'),
    session: record('session'),
    refused: record('refused'),
    workerFailed: record('workerFailed'),
    workerReplaced: record('workerReplaced'),
    configReloaded: record('configReloaded'),
    configRejected: record('configRejected'),
    draining: record('draining'),
    stopped: record('stopped'),
    warning: record('warning'),
  }
}

t.test('tells every observer every fact, in their order', async t => {
  const told: unknown[][] = []
  const all = fanOut([recorder('a', told), recorder('b', told)])
  tellAll(all)
  t.strictSame(
    told,
    FACTS.flatMap(fact => [
      ['a', ...fact],
      ['b', ...fact],
    ]),
  )
})

t.test('leaves out what an observer has no method for', async t => {
  const told: unknown[] = []
  const all = fanOut([{}, { probe: fact => told.push(fact) }])
  all.ready()
  all.probe(PROBE)
  t.strictSame(told, [PROBE])
})
