/**
 * How a thread binds its ports: `alone`, as the first of several that share them (`founds`), or as one of the others
 * (`joins`). The kernel spreads clients over sockets that share a port (SO_REUSEPORT, Linux socket(7)).
 */
export type Sharing = 'alone' | 'founds' | 'joins'
