/**
 * How a thread binds its ports: `alone`, as the first of several that share them (`founds`), or as one of the others
 * (`joins`). The kernel spreads clients over sockets that share a port (SO_REUSEPORT, Linux socket(7)).
 */
export type Sharing = 'alone' | 'founds' | 'joins'

/** The option with which node:net and node:dgram bind a port that is shared; Node 22.12 and newer know it. */
export function sharedPort(isShared: boolean): object {
  return isShared ? { reusePort: true } : {}
}
