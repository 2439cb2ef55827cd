import { openUdpEcho } from '../backends/backends.js'
import { ownGenerator } from '../load/generators.js'
import { runLoad } from './load-subject.js'

/** @import { Subject } from './subjects.js' */

const CLIENTS = 100

/**
 * Datagrams there and back; errors are datagrams without an echo in 250 ms.
 * @type {Subject}
 */
export const udpRoundTrips = {
  name: 'udp-round-trips',
  title: `UDP, ${CLIENTS} clients, one datagram of 100 bytes under way from each, echoed`,
  run: context =>
    runLoad(context, {
      protocol: 'udp',
      unit: 'round trip',
      connections: CLIENTS,
      openBackend: openUdpEcho,
      generators: [ownGenerator('node', 'udp-round-trips.js')],
    }),
}
