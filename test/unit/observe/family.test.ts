import t from 'tap'
import { counter, gauge, histogram } from '../../../src/observe/family.js'

t.test('a histogram has cumulative buckets that end with all, and a sum and a count', async t => {
  const stats = { bounds: [0.1, 1], counts: [2, 5], count: 6, sum: 4.5 }
  const { type, values } = histogram('h', 'help', [{ labels: { service: 'web' }, stats }])
  t.equal(type, 'histogram')
  t.strictSame(values, [
    { labels: { service: 'web', le: 0.1 }, value: 2, metricName: 'h_bucket' },
    { labels: { service: 'web', le: 1 }, value: 5, metricName: 'h_bucket' },
    { labels: { service: 'web', le: '+Inf' }, value: 6, metricName: 'h_bucket' },
    { labels: { service: 'web' }, value: 4.5, metricName: 'h_sum' },
    { labels: { service: 'web' }, value: 6, metricName: 'h_count' },
  ])
})

t.test('counters and gauges keep their series', async t => {
  const values = [{ labels: { a: 'b' }, value: 1 }]
  t.match(counter('c', 'help', values), { name: 'c', help: 'help', type: 'counter', values })
  t.match(gauge('g', 'help', values), { name: 'g', help: 'help', type: 'gauge', values })
})
