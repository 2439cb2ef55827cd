import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Duplex } from 'node:stream'
import t from 'tap'
import { problem } from '../../../../src/control/admin/answer.js'
import { Connections } from '../../../../src/control/admin/connections.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'

class Socket extends Duplex {
  written = ''

  override _read(): void {
    this.pause()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.toString()
    done()
  }
}

function setUp(most: number): { connections: Connections; open: (count: number) => Socket[] } {
  const connections = new Connections(most, new FakeClock())
  const open = (count: number): Socket[] =>
    Array.from({ length: count }, () => {
      const socket = new Socket()
      connections.add(socket)
      return socket
    })
  return { connections, open }
}

/** Takes a request; the returned function answers it. */
function ask(connections: Connections, socket: Duplex, { complete = true } = {}): () => void {
  const response = new EventEmitter()
  connections.take({ socket, complete } as unknown as IncomingMessage, response as ServerResponse)
  return () => response.emit('close')
}

const closed = (sockets: readonly Socket[]): boolean[] => sockets.map(({ destroyed }) => destroyed)

t.test('one too many closes the one that was opened first', async t => {
  const { open } = setUp(3)
  const sockets = open(5)
  t.strictSame(closed(sockets), [true, true, false, false, false])
})

t.test('one that is gone makes room', async t => {
  const { open } = setUp(2)
  const sockets = open(2)
  sockets[1]?.destroy()
  await settled()
  sockets.push(...open(1))
  t.strictSame(closed(sockets), [false, true, false])
})

t.test('one with a request under way stays, and after it is the last to go', async t => {
  const { connections, open } = setUp(3)
  const [first = new Socket(), ...others] = open(3)
  const answer = ask(connections, first)
  const more = open(1)
  t.strictSame(closed([first, ...others]), [false, true, false])
  answer()
  more.push(...open(2))
  t.strictSame(closed([first, ...others, ...more]), [false, true, true, true, false, false])
  open(1)
  t.equal(first.destroyed, true)
})

t.test('a request that does not come to its end is none', async t => {
  const { connections, open } = setUp(1)
  const [slow = new Socket()] = open(1)
  ask(connections, slow, { complete: false })
  const [next] = open(1)
  t.strictSame([slow.destroyed, next?.destroyed], [true, false])
})

t.test('while all have a request under way, the new one is closed', async t => {
  const { connections, open } = setUp(2)
  const sockets = open(2)
  for (const socket of sockets) ask(connections, socket)
  t.strictSame(closed([...sockets, ...open(1)]), [false, false, true])
})

t.test('nothing is taken from one that was closed for another, and nothing is said to it', async t => {
  const { connections, open } = setUp(1)
  const [socket = new Socket()] = open(2)
  const request = { socket, complete: true } as unknown as IncomingMessage
  t.equal(connections.take(request, new EventEmitter() as ServerResponse), false)
  connections.close(socket, problem(400, 'no'))
  t.equal(socket.written, '')
})

t.test('a last answer goes to the one it is for; destroy ends all', async t => {
  const { connections, open } = setUp(3)
  const sockets = open(3)
  const [first = new Socket()] = sockets
  connections.close(first, problem(400, 'no'))
  t.match(first.written, /^HTTP\/1\.1 400 /)
  connections.destroy()
  t.strictSame(closed(sockets), [true, true, true])
})

t.test('a request that is held keeps its connection from being closed for others', t => {
  const { connections, open } = setUp(2)
  const held = open(1)[0] ?? new Socket()
  const request = { socket: held, complete: true } as unknown as IncomingMessage
  t.equal(connections.hold(request), false, 'one that was not taken is not held')
  t.equal(closed([held])[0], true)

  const other = open(1)[0] ?? new Socket()
  const taken = { socket: other, complete: true } as unknown as IncomingMessage
  connections.take(taken, new EventEmitter() as ServerResponse)
  t.equal(connections.hold(taken), true)
  open(10)
  t.equal(closed([other])[0], false)
  t.equal(connections.hold({ ...taken, socket: new Socket() } as unknown as IncomingMessage), false)
  t.end()
})
