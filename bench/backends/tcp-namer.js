import { createServer } from 'node:net'

/** Sends the address that a client came to, and holds the connection until the client ends it. */
const server = createServer(socket => {
  socket.on('error', () => undefined)
  socket.write(`${socket.localAddress ?? ''}\n`)
  socket.resume()
})
const [, , port, host] = process.argv
server.listen(Number(port), host)
