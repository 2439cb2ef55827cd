import { createSocket } from 'node:dgram'
import { HOST } from '../lib/ports.js'

const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
socket.on('message', (datagram, from) => socket.send(datagram, from.port, from.address))
socket.bind(Number(process.argv[2]), HOST)
