import { createServer } from 'node:net'

const server = createServer(socket => {
  socket.on('error', () => socket.destroy())
  socket.write('!')
  socket.resume()
})
const [, , port, host] = process.argv
server.listen({ port: Number(port), host, backlog: 4096 })
