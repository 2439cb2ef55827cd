import type { AdminSource } from './source.js'

/** A source whose costly answers are made once for all who asked before that began. */
export function sharedSource(source: AdminSource): AdminSource {
  return {
    services: shared(() => source.services()),
    service: name => source.service(name),
    notReady: () => source.notReady(),
    metrics: shared(() => source.metrics()),
    explain: (service, client) => source.explain(service, client),
    history: () => source.history(),
    journal: source.journal,
    changes: source.changes,
  }
}

/** A call that is made once at a time: all who call while one is under way share the next, so no result is older than its call. */
function shared<T>(make: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<void> | undefined
  let next: Promise<T> | undefined
  const begin = (): Promise<T> => {
    next = undefined
    const made = make()
    const settle = (): void => {
      if (next === undefined) underWay = undefined
    }
    underWay = made.then(settle, settle)
    return made
  }
  return () => {
    if (underWay === undefined) return begin()
    next ??= underWay.then(begin)
    return next
  }
}
