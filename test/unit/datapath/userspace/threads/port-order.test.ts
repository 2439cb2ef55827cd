import t from 'tap'
import { PortOrder } from '../../../../../src/datapath/userspace/threads/port-order.js'

t.test('the last thread was moved when another one left, and has to come again', t => {
  const order = new PortOrder([0, 1, 2, 3])
  order.left(1)
  t.equal(order.came(1), 3)
  order.left(0)
  t.equal(order.came(0), 3, 'the order was restored')
  t.end()
})

t.test('when the last one is replaced all others stay where they are', t => {
  const order = new PortOrder([0, 1, 2])
  order.left(2)
  t.equal(order.came(2), undefined)
  const alone = new PortOrder([0])
  alone.left(0)
  t.equal(alone.came(0), undefined)
  t.end()
})

t.test('two that left at the same time', t => {
  const order = new PortOrder([0, 1, 2])
  order.left(0)
  order.left(2)
  t.equal(order.came(0), 1, 'it had gone to the first place')
  t.equal(order.came(2), undefined)
  t.end()
})

t.test('what one step cannot restore is left as it is', t => {
  const order = new PortOrder([0, 1, 2])
  order.left(0)
  order.left(1)
  order.left(2)
  order.came(2)
  order.came(0)
  t.equal(order.came(1), undefined, '2, 0, 1')
  t.end()
})
