import { createSocket } from 'node:dgram'

const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
socket.on('message', (datagram, from) => socket.send(datagram, from.port, from.address))
const [, , port, host] = process.argv
socket.bind(Number(port), host)
