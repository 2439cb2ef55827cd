import { createServer } from 'node:net'
import { HOST } from '../lib/ports.js'

const server = createServer(socket => {
  socket.on('error', () => socket.destroy())
  socket.write('!')
  socket.resume()
})
server.listen({ port: Number(process.argv[2]), host: HOST, backlog: 4096 })
