import t from 'tap'
import { parseWorkers, settleWorkers } from '../../../src/config/workers.js'

const machine = { cores: 2, node: '22.12.0' }

t.test('reads a number or auto', t => {
  t.equal(parseWorkers('--workers', '3'), 3)
  t.equal(parseWorkers('--workers', 'auto'), 'auto')
  for (const text of ['0', '-1', '1.5', '257', '', 'two']) {
    t.throws(() => parseWorkers('--workers', text), { message: /--workers/ }, text)
  }
  t.end()
})

t.test('auto is one thread a core', t => {
  t.same(settleWorkers('auto', machine), { workers: 2, isMany: false })
  t.same(settleWorkers('auto', { ...machine, cores: 1000 }), { workers: 256, isMany: false })
  t.end()
})

t.test('more than four a core are many', t => {
  t.same(settleWorkers(8, machine), { workers: 8, isMany: false })
  t.same(settleWorkers(9, machine), { workers: 9, isMany: true })
  t.end()
})

t.test('where ports cannot be shared there is one', t => {
  for (const node of ['20.20.2', '22.11.0', '21.99.0', '23.0.1']) {
    t.same(settleWorkers('auto', { cores: 2, node }), { workers: 1, isMany: false })
    t.same(settleWorkers(1, { cores: 2, node }), { workers: 1, isMany: false })
    t.throws(() => settleWorkers(2, { cores: 2, node }), {
      message: `--workers "2": more than one needs Node.js 22.12 or newer, and this is ${node}`,
    })
  }
  for (const node of ['22.12.0', '23.1.0', '24.1.0', '26.10.0']) {
    t.equal(settleWorkers(2, { cores: 2, node }).workers, 2, node)
  }
  t.end()
})
