import t from 'tap'
import {
  KernelDrops,
  tableKey,
  type BoundSocket,
} from '../../../../src/datapath/userspace/udp-kernel-drops.js'

/** The system's table, with these sockets and what was dropped at each. */
function tableOf(...rows: readonly (readonly [socket: BoundSocket, drops: number])[]): string {
  const head =
    '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n'
  const line = ([socket, drops]: readonly [BoundSocket, number], index: number): string =>
    `${index.toString().padStart(5)}: ${tableKey(socket)} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3152843 2 00000000e8ee4c2b ${drops}    \n`
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

  count(): Promise<number> {
    return this.drops.count([{ sockets: () => this.open }])
  }
}

const socket = (port: number, address = '127.0.0.1'): BoundSocket => ({ address, port })

t.test('counts the drops of our sockets alone', async t => {
  const system = new System()
  const [ours, other, quiet] = [socket(5000), socket(5001, '2001:db8::1'), socket(5002)]
  system.open = [ours, other, quiet]
  t.equal(await system.count(), 0, 'where there is no table')
  system.table = tableOf([quiet, 0])
  t.equal(await system.count(), 0, 'where nothing was dropped')
  system.table = tableOf([ours, 3], [socket(5000, '127.0.0.2'), 70], [socket(6000), 700], [quiet, 0])
  t.equal(await system.count(), 3, 'neither those of another port, nor of another address')
  system.table += tableOf([other, 2])
  t.equal(await system.count(), 5)
})

t.test('rises only', async t => {
  const system = new System()
  const first = socket(5000)
  system.open = [first]
  system.table = tableOf([first, 3])
  t.equal(await system.count(), 3)
  system.table = ''
  t.equal(await system.count(), 3, 'while the socket is not in the table')
  system.table = tableOf([first, 4])
  t.equal(await system.count(), 4, 'and not twice when it is again')
  system.open = []
  t.equal(await system.count(), 4, 'when the socket is closed')
  system.open = [socket(5000)]
  system.table = tableOf([socket(5000), 2])
  t.equal(await system.count(), 6, 'for another one at its address')
})

t.test('counts at the same time count once', async t => {
  const system = new System()
  system.open = [socket(5000)]
  system.table = tableOf([socket(5000), 3])
  t.same(await Promise.all([system.count(), system.count()]), [3, 3])
  t.equal(system.reads, 1)
  t.equal(await system.count(), 3)
  t.equal(system.reads, 2, 'later ones look again')
})

t.test('looks nothing up without sockets', async t => {
  const system = new System()
  t.equal(await system.drops.count([]), 0)
  t.equal(system.reads, 0)
})
