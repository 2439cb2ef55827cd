import { netSockets } from './net-sockets.js'
import type { StreamSockets } from './stream-socket.js'

/** The sockets that this process uses. */
export const streamSockets: StreamSockets = netSockets
