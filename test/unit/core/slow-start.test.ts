import t from 'tap'
import { nextRamp, rampedWeight } from '../../../src/core/slow-start.js'
import { seededRandom } from '../../fixtures/seeded-random.js'

t.test('the weight rises in a line from a tenth to all of it', t => {
  t.equal(rampedWeight(64, 1000, 200, 1000), 6.4)
  t.equal(rampedWeight(64, 1000, 200, 1050), 20.8)
  t.equal(rampedWeight(64, 1000, 200, 1100), 35.2)
  t.equal(rampedWeight(64, 1000, 200, 1200), 64)
  t.end()
})

t.test('the weight goes no further', t => {
  t.equal(rampedWeight(100, 1000, 200, 5000), 100)
  t.end()
})

t.test('looks again in twenty steps', t => {
  t.equal(nextRamp(1000, 200, 1000), 1010)
  t.equal(nextRamp(1000, 200, 1009), 1010)
  t.equal(nextRamp(1000, 200, 1010), 1020)
  t.equal(nextRamp(1000, 200, 1195), 1200)
  t.end()
})

t.test('each step is later than the one before, and few lead to the end', t => {
  const random = seededRandom(1)
  for (let round = 0; round < 2000; round++) {
    const since = random() * random() * 1e7
    const duration = 1 + random() * random() * 1e5
    let [now, steps] = [since, 0]
    while (now - since < duration) {
      const next = nextRamp(since, duration, now)
      if (next <= now) throw new Error(`stuck at ${now}, ramp of ${duration} since ${since}`)
      now = next
      steps++
    }
    if (steps > 21) t.fail(`${steps} steps, ramp of ${duration} since ${since}`)
  }
  t.pass()
  t.end()
})
