import type { Observer } from '../core/observer.js'

/** One observer that tells each of `observers` the facts it has a method for, in their order. */
export function fanOut(observers: readonly Partial<Observer>[]): Observer {
  return {
    listening: fact => observers.forEach(observer => observer.listening?.(fact)),
    admin: fact => observers.forEach(observer => observer.admin?.(fact)),
    ready: () => observers.forEach(observer => observer.ready?.()),
    backendState: fact => observers.forEach(observer => observer.backendState?.(fact)),
    failover: fact => observers.forEach(observer => observer.failover?.(fact)),
    probe: fact => observers.forEach(observer => observer.probe?.(fact)),
    session: fact => observers.forEach(observer => observer.session?.(fact)),
    refused: fact => observers.forEach(observer => observer.refused?.(fact)),
    draining: graceMs => observers.forEach(observer => observer.draining?.(graceMs)),
    stopped: () => observers.forEach(observer => observer.stopped?.()),
    warning: (message, fields) => observers.forEach(observer => observer.warning?.(message, fields)),
  }
}
