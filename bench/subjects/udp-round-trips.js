import { moduleBackend } from '../backends/backends.js'
import { LOST } from '../lib/columns.js'
import { ownGenerator } from '../load/generators.js'
import { loadPresentation, runLoad } from './load-subject.js'

/** @import { Subject } from './subjects.js' */

/** Datagrams there and back; lost are those without an echo in a second. */
export const udpRoundTrips = roundTrips('udp-round-trips', 100)

/** The same with more clients than a burst has room for. */
export const udpRoundTrips2000 = roundTrips('udp-round-trips-2000', 2_000)

/**
 * @param {string} name
 * @param {number} clients
 * @returns {Subject}
 */
function roundTrips(name, clients) {
  return {
    name,
    title: `UDP, ${clients.toLocaleString('en-US')} clients, one datagram of 100 bytes under way from each, echoed`,
    run: context =>
      runLoad(context, {
        protocol: 'udp',
        connections: clients,
        openBackend: moduleBackend('udp-echo.js', 'udp'),
        generators: [ownGenerator('node', 'udp-round-trips.js')],
      }),
    presentation: loadPresentation('round trip', LOST),
  }
}
