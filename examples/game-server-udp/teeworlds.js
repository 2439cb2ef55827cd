/**
 * The part of the Teeworlds 0.7 protocol that a server browser speaks. A server answers a question only to a client
 * that proved its address: the client asks for the server's token first and shows it with the question.
 */

const CONTROL = 1 << 2
const CONNECTIONLESS = (8 << 2) | 1
const NO_TOKEN = 0xffffffff
const TOKEN_MESSAGE = 5
const INFO_QUESTION = Buffer.from('\xff\xff\xff\xffgie3', 'latin1')
const INFO_ANSWER = Buffer.from('\xff\xff\xff\xffinf3', 'latin1')

/** The request is padded so that nobody can use servers to amplify an attack. */
const TOKEN_REQUEST_BYTES = 7 + 1 + 512

/**
 * Asks a server for its token. The answer carries the client's own token back.
 * @param {number} clientToken
 */
export function tokenRequest(clientToken) {
  const datagram = Buffer.alloc(TOKEN_REQUEST_BYTES)
  datagram[0] = CONTROL
  datagram.writeUInt32BE(NO_TOKEN, 3)
  datagram[7] = TOKEN_MESSAGE
  datagram.writeUInt32BE(clientToken, 8)
  return datagram
}

/**
 * Asks a server who it is.
 * @param {number} serverToken what its token answer carried
 * @param {number} clientToken
 */
export function infoRequest(serverToken, clientToken) {
  const header = Buffer.alloc(9)
  header[0] = CONNECTIONLESS
  header.writeUInt32BE(serverToken, 1)
  header.writeUInt32BE(clientToken, 5)
  return Buffer.concat([header, INFO_QUESTION, Buffer.of(0)])
}

/**
 * Reads a datagram of a server; undefined when it is neither of the two answers.
 * @param {Buffer} datagram
 * @returns {{ kind: 'token', clientToken: number, serverToken: number }
 *   | { kind: 'info', clientToken: number, name: string } | undefined}
 */
export function parseAnswer(datagram) {
  if (datagram[0] === CONTROL && datagram[7] === TOKEN_MESSAGE && datagram.length >= 12) {
    return { kind: 'token', clientToken: datagram.readUInt32BE(3), serverToken: datagram.readUInt32BE(8) }
  }
  if (datagram[0] === CONNECTIONLESS && datagram.subarray(9, 17).equals(INFO_ANSWER)) {
    // After the marker: the question's number in one byte, the version, the name, each text ending with a zero.
    const [, name = ''] = datagram.subarray(18).toString('utf8').split('\0')
    return { kind: 'info', clientToken: datagram.readUInt32BE(1), name }
  }
  return undefined
}

/** A probe for evenkeel: the request for a token, and how the answer to it starts. */
export function probe() {
  const token = 0x70726f62
  const expected = `040000${token.toString(16)}05`
  return `udp,send=hex:${tokenRequest(token).toString('hex')},expect=hex:${expected}`
}
