import { createServer } from 'node:http'
import { BODY } from './backends.js'

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain')
  response.end(BODY)
})
server.keepAliveTimeout = 3_600_000
const [, , port, host] = process.argv
server.listen({ port: Number(port), host, backlog: 4096 })
