import type { Observer } from '../core/observer.js'

/** A fact that is still to be told: tells it to an observer, if that has a method for it. */
export type Tell = (to: Partial<Observer>) => void

/** An observer that gives every fact to `pass`, which decides who is told it, and when. */
export function forward(pass: (tell: Tell) => void): Observer {
  return {
    listening: fact => pass(to => to.listening?.(fact)),
    admin: fact => pass(to => to.admin?.(fact)),
    ready: () => pass(to => to.ready?.()),
    backendState: fact => pass(to => to.backendState?.(fact)),
    failover: fact => pass(to => to.failover?.(fact)),
    probe: fact => pass(to => to.probe?.(fact)),
    session: fact => pass(to => to.session?.(fact)),
    refused: (fact, times) => pass(to => to.refused?.(fact, times)),
    workerFailed: fact => pass(to => to.workerFailed?.(fact)),
    workerReplaced: fact => pass(to => to.workerReplaced?.(fact)),
    configReloaded: fact => pass(to => to.configReloaded?.(fact)),
    configRejected: fact => pass(to => to.configRejected?.(fact)),
    draining: graceMs => pass(to => to.draining?.(graceMs)),
    stopped: () => pass(to => to.stopped?.()),
    warning: (message, fields) => pass(to => to.warning?.(message, fields)),
  }
}

/** One observer that tells each of `observers` the facts it has a method for, in their order. */
export function fanOut(observers: readonly Partial<Observer>[]): Observer {
  return forward(tell => observers.forEach(tell))
}
