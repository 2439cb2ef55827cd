import t from 'tap'
import { parseUnsent, SendQueues, type Unsent } from '../../../../src/datapath/userspace/send-queues.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'

/** Send queues over a table that takes some time to read. */
function setUp(table: Record<string, number> | 'unreadable' = {}, takes = 0) {
  const clock = new FakeClock()
  const state = { table, reads: 0 }
  const read = async (): Promise<Unsent | undefined> => {
    state.reads++
    if (takes > 0) await new Promise<void>(resolve => clock.after(takes, resolve))
    return state.table === 'unreadable' ? undefined : new Map(Object.entries(state.table))
  }
  return { clock, state, queues: new SendQueues(clock, read) }
}

function socket(localPort: number, remotePort: number, waiting = 0) {
  const at = (port: number) => ({ address: '127.0.0.1', port })
  return { local: at(localPort), remote: at(remotePort), waiting }
}

t.test('answers with what is left to all sockets, our own queue included', async t => {
  const { clock, queues } = setUp({ '1:2': 10, '3:4': 200, '5:6': 4000 })
  const answers: number[] = []
  queues.ask([socket(1, 2), socket(3, 4, 7)], 0, left => answers.push(left))
  queues.ask([socket(9, 9)], 0, left => answers.push(left))
  await clock.pass(1)
  t.same(answers, [217, 0])
})

t.test('one look is for all that ask, and looks take at most a tenth of the time', async t => {
  const { clock, state, queues } = setUp({ '1:2': 1 }, 20)
  let answers = 0
  const again = (): void => {
    answers++
    queues.ask([socket(1, 2)], 0, again)
  }
  for (let asker = 0; asker < 5; asker++) queues.ask([socket(1, 2)], 0, again)
  await clock.pass(1000)
  t.ok(state.reads >= 4 && state.reads <= 5, `${state.reads} looks in a second`)
  t.equal(answers, state.reads * 5)
})

t.test('who asks while a look is under way waits for the next', async t => {
  const { clock, state, queues } = setUp({ '1:2': 1 })
  const answers: number[] = []
  queues.ask([socket(1, 2)], 0, left => answers.push(left))
  clock.advance(0)
  state.table = {}
  queues.ask([socket(1, 2)], 0, left => answers.push(left))
  await settled()
  t.same(answers, [1])
  await clock.pass(10)
  t.same(answers, [1, 0])
})

t.test('the patient wait for the urgent, or until they are due', async t => {
  const { clock, state, queues } = setUp()
  const answers: string[] = []
  queues.ask([], 500, () => answers.push('patient'))
  await clock.pass(100)
  t.equal(state.reads, 0)
  queues.ask([], 0, () => answers.push('urgent'))
  await clock.pass(1)
  t.same(answers, ['patient', 'urgent'])
  queues.ask([], 500, () => answers.push('due'))
  await clock.pass(499)
  t.equal(state.reads, 1)
  await clock.pass(1)
  t.equal(answers.at(-1), 'due')
})

t.test('asks again when the table cannot be read', async t => {
  const { clock, state, queues } = setUp('unreadable')
  const answers: number[] = []
  queues.ask([socket(1, 2)], 0, left => answers.push(left))
  await clock.pass(20)
  t.same(answers, [])
  t.ok(state.reads > 1 && state.reads < 10, `${state.reads} tries`)
  state.table = { '1:2': 3 }
  await clock.pass(20)
  t.same(answers, [3])
})

t.test('no timer is left when it has stopped', async t => {
  const { clock, queues } = setUp()
  queues.ask([], 60_000, () => t.fail('told'))
  t.equal(clock.timers, 1)
  queues.stop()
  t.equal(clock.timers, 0)
  await clock.pass(1)
})

t.test("reads Linux's table", t => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 25016 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 0000ABCD:00000000 01:00000014 00000000     0        0 31337 2 0000000000000000 20 4 30 10 -1
  12: 0100007F:C350 0100007F:1F90 01 00000000:00000005 00:00000000 00000000     0        0 31338 1 0000000000000000 20 4 30 10 -1
`
  t.same(parseUnsent(table), [['8080:50000', 0xabcd]])
  t.same(parseUnsent(''), [])
  t.end()
})
