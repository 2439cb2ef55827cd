import { createServer } from 'node:http'
import { HOST } from '../lib/ports.js'
import { BODY } from './backends.js'

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain')
  response.end(BODY)
})
server.keepAliveTimeout = 3_600_000
server.listen({ port: Number(process.argv[2]), host: HOST, backlog: 4096 })
