import { netSockets } from './net-sockets.js'
import { RawSockets } from './raw-sockets.js'
import type { StreamSockets } from './stream-socket.js'
import { tcpBinding } from './tcp-binding.js'

const binding = tcpBinding()

/** The sockets that this process uses: chosen once, here. */
export const streamSockets: StreamSockets =
  binding === undefined ? netSockets : new RawSockets(binding, netSockets)
