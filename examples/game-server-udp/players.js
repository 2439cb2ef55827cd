import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { infoRequest, parseAnswer, probe, tokenRequest } from './teeworlds.js'

const REQUESTS_PER_SECOND = 20
const TOLERATED_LOSS = 2
const LAST_ANSWERS_MS = 500

/**
 * Players that ask a Teeworlds server, over and over and with one socket each, who it is: node players.js PORT COUNT.
 * Prints where they are whenever that changes, and on SIGINT what was lost. `--probe` prints a probe for evenkeel.
 */
const [port = '', count = '1'] = process.argv.slice(2)
if (port === '--probe') console.log(probe())
else await play(Number(port), Number(count))

/**
 * @param {number} port
 * @param {number} count
 */
async function play(port, count) {
  const players = await Promise.all(Array.from({ length: count }, () => join(port)))
  let shown = ''
  const timer = setInterval(() => {
    const line = whereabouts(players.map(({ answers }) => answers.findLast(name => name !== undefined)))
    if (line !== shown) console.log(line)
    shown = line
    for (const player of players) player.ask()
  }, 1000 / REQUESTS_PER_SECOND)

  await once(process, 'SIGINT')
  clearInterval(timer)
  await new Promise(resolve => setTimeout(resolve, LAST_ANSWERS_MS))
  const lost = players.map(({ answers }) => answers.filter(name => name === undefined).length)
  console.log(`summary: requests lost by each of them: ${lost.join(' ')}`)
  process.exit(Math.max(...lost) <= TOLERATED_LOSS ? 0 : 1)
}

/** @param {number} port */
async function join(port) {
  /** @type {(string | undefined)[]} */
  const answers = []
  const socket = createSocket('udp4')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('message', datagram => {
    const answer = parseAnswer(datagram)
    if (answer?.kind === 'token') socket.send(infoRequest(answer.serverToken, answer.clientToken))
    if (answer?.kind === 'info') answers[answer.clientToken] = answer.name
  })
  return { answers, ask: () => socket.send(tokenRequest(answers.push(undefined) - 1)) }
}

/**
 * How many players are on which server.
 * @param {(string | undefined)[]} servers
 */
function whereabouts(servers) {
  const known = servers.filter(name => name !== undefined).sort()
  return [...new Set(known)]
    .map(name => `${name}: ${known.filter(other => other === name).length} players`)
    .join(', ')
}
