import t from 'tap'
import {
  DropTotal,
  KernelDrops,
  tableKey,
  type BoundSocket,
} from '../../../../src/datapath/userspace/udp-kernel-drops.js'

/** The system's table, with these sockets and what was dropped at each. */
function tableOf(...rows: readonly (readonly [socket: BoundSocket, inode: number, drops: number])[]): string {
  const head =
    '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n'
  const line = ([socket, inode, drops]: readonly [BoundSocket, number, number], index: number): string =>
    `${index.toString().padStart(5)}: ${tableKey(socket)} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 00000000e8ee4c2b ${drops}    \n`
  return head + rows.map(line).join('')
}

/** What is read of the system, and which sockets are open. */
class System {
  table = ''
  open: BoundSocket[] = []
  reads = 0
  readonly drops = new KernelDrops(() => {
    this.reads++
    return Promise.resolve([this.table, ''])
  })

  async find(): Promise<readonly (readonly [number, number])[]> {
    return [...(await this.drops.find([{ sockets: () => this.open }]))]
  }
}

const socket = (port: number, address = '127.0.0.1'): BoundSocket => ({ address, port })

t.test('finds the drops at the addresses of our sockets alone', async t => {
  const system = new System()
  const [ours, other, quiet] = [socket(5000), socket(5001, '2001:db8::1'), socket(5002)]
  system.open = [ours, other, quiet]
  t.same(await system.find(), [], 'where there is no table')
  system.table = tableOf([quiet, 1, 0])
  t.same(await system.find(), [], 'where nothing was dropped')
  system.table = tableOf(
    [ours, 2, 3],
    [socket(5000, '127.0.0.2'), 3, 70],
    [socket(6000), 4, 700],
    [quiet, 5, 0],
  )
  t.same(await system.find(), [[2, 3]], 'neither those of another port, nor of another address')
  system.table += tableOf([other, 6, 2], [ours, 7, 9])
  t.same(
    await system.find(),
    [
      [2, 3],
      [6, 2],
      [7, 9],
    ],
    'each of several sockets at one address',
  )
})

t.test('looks at the same time are one', async t => {
  const system = new System()
  system.open = [socket(5000)]
  system.table = tableOf([socket(5000), 1, 3])
  t.same(await Promise.all([system.find(), system.find()]), [[[1, 3]], [[1, 3]]])
  t.equal(system.reads, 1)
  t.same(await system.find(), [[1, 3]])
  t.equal(system.reads, 2, 'later ones look again')
})

t.test('looks nothing up without sockets', async t => {
  const system = new System()
  t.equal((await system.drops.find([])).size, 0)
  t.equal(system.reads, 0)
})

t.test('the total rises only, and counts no socket twice, whoever tells of it', t => {
  const total = new DropTotal()
  total.add(new Map([[1, 3]]))
  t.equal(total.value, 3)
  total.add(new Map())
  t.equal(total.value, 3, 'while the socket is not in the table')
  total.add(new Map([[1, 4]]))
  total.add(
    new Map([
      [1, 4],
      [2, 5],
    ]),
  )
  t.equal(total.value, 9)
  total.add(new Map([[1, 2]]))
  total.add(new Map([[1, 5]]))
  t.equal(total.value, 10, 'nor falls with what is told late')
  t.end()
})

t.test('remembers no more sockets than it has to', t => {
  const total = new DropTotal()
  total.add(new Map([[0, 1]]))
  total.add(new Map(Array.from({ length: 10_000 }, (_, index) => [index + 1, 1])))
  t.equal(total.value, 10_001)
  total.add(
    new Map([
      [0, 1],
      [10_000, 1],
    ]),
  )
  t.equal(total.value, 10_002, 'the one that was not heard of for longest was forgotten')
  t.end()
})
