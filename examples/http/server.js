import { createServer } from 'node:http'

/** A web server that answers with its name: node server.js PORT NAME [ADDRESS] */
const [port, name, address = '127.0.0.1'] = process.argv.slice(2)
createServer((request, response) => {
  response.end(request.url === '/health' ? 'ok\n' : `${name}\n`)
}).listen(Number(port), address, () => console.log(`${name} is listening on ${port}`))
