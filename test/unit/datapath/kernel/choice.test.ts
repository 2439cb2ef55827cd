import t from 'tap'
import { IpHash, SLOTS, slotOf } from '../../../../src/core/strategy/ip-hash.js'
import { RandomTwo } from '../../../../src/core/strategy/random-two.js'
import {
  duels,
  PARTS,
  ringOf,
  sharesOf,
  slotsOf,
  weightsFor,
  type Choosable,
  type Share,
} from '../../../../src/datapath/kernel/choice.js'
import { candidate, CLIENT, everyone } from '../../../fixtures/candidates.js'
import { seededRandom } from '../../../fixtures/seeded-random.js'
import { chiSquare, sum, tally } from '../../../fixtures/statistics.js'

/** Backends with the numbers 1, 2 and so on, idle and not measured. */
function choosables(figures: readonly Partial<Choosable>[]): Choosable[] {
  return figures.map((told, index) => {
    const weight = told.weight ?? 1
    const name = String.fromCharCode(97 + index)
    return {
      name,
      number: index + 1,
      weight,
      effectiveWeight: weight,
      active: 0,
      probeTime: undefined,
      ...told,
    }
  })
}

function weighted(...weights: readonly number[]): Choosable[] {
  return choosables(weights.map(weight => ({ weight })))
}

/** Weights as parts of one. */
function fractions(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / total)
}

function partsOf(shares: readonly Share[]): number[] {
  return shares.map(({ parts }) => parts)
}

t.test('a ring has as many turns of each as its weight says, spread smoothly', t => {
  t.same(ringOf(weighted(1)), [1])
  t.same(ringOf(weighted(1, 1, 1)), [1, 2, 3])
  t.same(ringOf(weighted(5, 1, 1)), [1, 1, 2, 1, 3, 1, 1])
  t.same(ringOf(weighted(4, 2, 2)), [1, 2, 3, 1], 'no longer than it needs to be')
  for (const weights of [
    [256, 255, 1],
    [7, 11, 13, 17],
    [100, 200],
  ]) {
    const turns = tally(ringOf(weighted(...weights)))
    const shortest = Math.min(...turns.values())
    t.same(
      weights.map((_, index) => turns.get(index + 1)),
      weights.map(weight => (weight / Math.min(...weights)) * shortest),
      weights.join(':'),
    )
  }
  t.end()
})

t.test('a ring continues behind the last turn', t => {
  t.same(ringOf(weighted(1, 1, 1), { last: 1 }), [2, 3, 1])
  t.same(ringOf(weighted(1, 1, 1), { last: 3 }), [1, 2, 3])
  t.same(ringOf(weighted(1, 1, 1), { last: 9 }), [1, 2, 3], 'one that is gone was before all')
  t.same(ringOf(weighted(2, 1), { last: 2 }), [1, 1, 2])
  t.end()
})

t.test('a ring of weights that are not whole is exact within 2 %', t => {
  for (const weights of [
    [1, 0.5, 0.1],
    [1, 1, 1 / 3],
    [256, 25.6, 128.3],
  ]) {
    const figures = choosables(weights.map(effectiveWeight => ({ weight: 256, effectiveWeight })))
    const turns = tally(ringOf(figures))
    const found = fractions(weights.map((_, index) => turns.get(index + 1) ?? 0))
    for (const [index, wanted] of fractions(weights).entries())
      t.ok(Math.abs(Number(found[index]) / wanted - 1) < 0.02, `${found[index]} for ${wanted}`)
  }
  t.end()
})

t.test('weights that need too long a ring are rounded, and nobody is left out', t => {
  const primes = [251, 241, 239, 233, 229, 227, 223, 211, 199, 197]
  const ring = ringOf(weighted(...primes))
  t.ok(ring.length < 1100, `${ring.length} turns`)
  const found = fractions(primes.map((_, index) => tally(ring).get(index + 1) ?? 0))
  for (const [index, wanted] of fractions(primes).entries())
    t.ok(Math.abs(Number(found[index]) / wanted - 1) < 0.02)
  const starting = choosables([{ weight: 256 }, { weight: 256, effectiveWeight: 0.01 }])
  t.equal(tally(ringOf(starting)).get(2), 1)
  t.end()
})

t.test('shares are in proportion, and the rest goes to who lost most', t => {
  const shares = (...weights: readonly number[]): number[] => partsOf(sharesOf(weighted(...weights), weights))
  t.same(shares(1), [PARTS])
  t.same(shares(1, 1), [512, 512])
  t.same(shares(3, 1), [768, 256])
  t.same(shares(1, 1, 1), [342, 341, 341])
  t.same(sharesOf(weighted(1, 1, 1), [2, 0, 2]), [
    { number: 1, parts: 512 },
    { number: 3, parts: 512 },
  ])
  t.same(sharesOf([], []), [])
  t.same(sharesOf(weighted(1), [0]), [])
  t.end()
})

t.test('shares of any weights are all parts there are, and none is empty', t => {
  const random = seededRandom(3)
  let wrong = 0
  for (let round = 0; round < 2000; round++) {
    const weights = Array.from({ length: 1 + Math.floor(random() * 40) }, () => random() ** 8 * 256 + 1e-6)
    const parts = partsOf(sharesOf(weighted(...weights), weights))
    if (sum(parts) !== PARTS || parts.some(part => part < 1)) wrong++
    const floors = parts.filter((part, index) => part === 1 && Number(fractions(weights)[index]) * PARTS < 1)
    for (const [index, wanted] of fractions(weights).entries()) {
      // What those take that would have less than a part comes from the largest.
      if (Math.abs(Number(parts[index]) - wanted * PARTS) > 1 + floors.length) wrong++
    }
  }
  t.equal(wrong, 0)
  t.end()
})

t.test('more small shares than the largest can give at once', t => {
  const parts = partsOf(sharesOf(weighted(256, 1, 1, 1), [1e9, 1, 1, 1]))
  t.same(parts, [PARTS - 3, 1, 1, 1])
  t.end()
})

t.test('more backends than parts have one each', t => {
  const weights = new Array<number>(PARTS + 1).fill(1)
  t.same(new Set(partsOf(sharesOf(weighted(...weights), weights))), new Set([1]))
  t.end()
})

t.test('round-robin and ip-hash draw by the weights of the moment', t => {
  const figures = choosables([{ weight: 2 }, { weight: 4, effectiveWeight: 0.5 }])
  t.same(weightsFor('round-robin', figures, 9), [2, 0.5])
  t.same(weightsFor('ip-hash', figures, 9), [2, 0.5])
  t.end()
})

t.test('least-connections fills up those that have least', t => {
  const weights = (active: readonly number[], arrivals: number, each: readonly number[] = []): number[] =>
    fractions(
      weightsFor(
        'least-connections',
        choosables(active.map((sessions, index) => ({ active: sessions, weight: each[index] ?? 1 }))),
        arrivals,
      ),
    )
  const rounded = (list: readonly number[]): number[] => list.map(one => Math.round(one * 1000) / 1000)
  // A twentieth goes by weight, whatever the counts say.
  t.same(rounded(weights([0, 10], 10)), [0.975, 0.025], 'all to the empty one')
  t.same(
    rounded(weights([0, 10], 20)),
    [0.95 * 0.75 + 0.025, 0.95 * 0.25 + 0.025].map(one => Math.round(one * 1000) / 1000),
  )
  t.same(rounded(weights([5, 5], 2)), [0.5, 0.5])
  t.same(rounded(weights([0, 0], 9, [2, 1])), [0.667, 0.333], 'by weight when they are equally full')
  t.same(
    rounded(weights([0, 6, 12], 12)),
    rounded([0.95 * 0.75 + 0.05 / 3, 0.95 * 0.25 + 0.05 / 3, 0.05 / 3]),
  )
  t.same(rounded(weights([8, 2], 5, [4, 1])), [0.8, 0.2], 'equal loads of unequal weights')
  t.same(
    rounded(weights([0, 1], 0)),
    rounded([0.95 * 0.75 + 0.025, 0.95 * 0.25 + 0.025]),
    'at least a client each',
  )
  t.end()
})

t.test('least-connections pours as one client after the other would', t => {
  const random = seededRandom(5)
  for (let round = 0; round < 50; round++) {
    const figures = choosables(
      Array.from({ length: 2 + Math.floor(random() * 5) }, () => ({
        weight: 1 + Math.floor(random() * 4),
        active: Math.floor(random() * 200),
      })),
    )
    const arrivals = 100 + Math.floor(random() * 2000)
    const given = figures.map(() => 0)
    for (let client = 0; client < arrivals; client++) {
      const loads = figures.map(({ active, weight }, index) => (active + Number(given[index])) / weight)
      const next = loads.indexOf(Math.min(...loads))
      given[next] = Number(given[next]) + 1
    }
    const byWeight = fractions(figures.map(({ weight }) => weight))
    for (const [index, weight] of fractions(weightsFor('least-connections', figures, arrivals)).entries()) {
      const poured = (weight - 0.05 * Number(byWeight[index])) / 0.95
      if (Math.abs(poured * arrivals - Number(given[index])) > 4)
        t.fail(`${poured * arrivals} of ${given[index]}`)
    }
  }
  t.end()
})

t.test('random-two has the chances that drawing and comparing two has', t => {
  const cases: readonly (readonly Partial<Choosable>[])[] = [
    [{}, {}, {}],
    [{ weight: 4 }, { weight: 2 }, { weight: 1 }],
    [{ active: 5 }, { active: 3 }, { active: 3, weight: 3 }, {}],
    [{ active: 1, weight: 2 }, { active: 0 }, { active: 9, effectiveWeight: 0.3 }],
    [{ weight: 200, active: 3 }, { active: 0 }],
  ]
  for (const figures of cases) {
    const backends = choosables(figures)
    const drawn = new RandomTwo(seededRandom(11))
    const candidates = backends.map(({ name, number: _, ...known }) => candidate(name, known))
    drawn.update(candidates)
    const picks = tally(Array.from({ length: 40_000 }, () => drawn.pick(CLIENT, everyone)?.name))
    const weights = fractions(duels(backends))
    const [possible, impossible] = [
      backends.map((_, index) => index).filter(index => Number(weights[index]) > 0),
      backends.filter((_, index) => weights[index] === 0),
    ]
    for (const { name } of impossible)
      t.equal(picks.get(name), undefined, 'the last one of all is never picked')
    const counts = possible.map(index => picks.get(backends[index]?.name) ?? 0)
    const test = chiSquare(
      counts,
      possible.map(index => Number(weights[index])),
    )
    t.ok(test < 16.3, `${counts.join(' ')}: ${test}`) // at most 3 degrees of freedom, 1 in 1,000
  }
  t.same(weightsFor('random-two', weighted(3), 1), [1])
  const [few = 0, many = 0] = [0, 100].map(
    arrivals =>
      fractions(
        weightsFor('random-two', choosables([{ active: 0 }, { active: 10 }, { active: 10 }]), arrivals),
      )[0],
  )
  t.ok(few > 0.6 && many < 0.5, `those that come weigh for those that come next: ${few} ${many}`)
  const [idle = 0, busy = 0] = fractions(
    weightsFor('random-two', choosables([{ active: 0 }, { active: 1 }]), 0),
  )
  t.ok(idle > busy && busy > 0.4, `one session more sends nobody away for long: ${idle} ${busy}`)
  t.end()
})

t.test('least-latency gives who takes twice as long half as much', t => {
  const weights = (...figures: readonly Partial<Choosable>[]): number[] =>
    fractions(weightsFor('least-latency', choosables(figures), 1))
  t.same(weights({ probeTime: 20 }, { probeTime: 40 }), [2 / 3, 1 / 3])
  t.same(weights({ probeTime: 20 }, { probeTime: 40, weight: 2 }), [0.5, 0.5])
  t.same(weights({ probeTime: 0.01 }, { probeTime: 1 }), [0.5, 0.5], 'below a millisecond all are equal')
  t.same(weights({ probeTime: 4 }, { probeTime: 4 }, {}), [1 / 3, 1 / 3, 1 / 3], 'who is not measured')
  t.same(weights({ probeTime: 4 }, { probeTime: 8 }, {}), [0.4, 0.2, 0.4], 'counts as the fastest')
  t.same(weights({ weight: 3 }, {}), [0.75, 0.25], 'nobody is measured')
  t.end()
})

/** An address for each slot. */
const clients: readonly string[] = (() => {
  const found = new Array<string | undefined>(SLOTS).fill(undefined)
  for (let index = 0; index < 400_000; index++) {
    const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`
    found[slotOf(address)] ??= address
  }
  return found.map(address => address ?? '')
})()

t.test('slots belong to whom ip-hash picks, and go to whom it picks when that one left', t => {
  t.notOk(clients.includes(''))
  for (const figures of [
    [{}, {}],
    [{ weight: 3 }, {}, { weight: 2, effectiveWeight: 0.1 }, {}, { weight: 256 }],
  ]) {
    const backends = choosables(figures)
    const { first, second } = slotsOf(backends)
    const strategy = new IpHash()
    strategy.update(backends.map(({ name, number: _, ...known }) => candidate(name, known)))
    const numberOf = (name: string | undefined): number =>
      backends.find(backend => backend.name === name)?.number ?? 0
    let wrong = 0
    for (const [slot, address] of clients.entries()) {
      const owner = strategy.pick({ address, port: 0 }, everyone)
      const heir = strategy.pick({ address, port: 0 }, one => one !== owner)
      if (first[slot] !== numberOf(owner?.name) || second[slot] !== numberOf(heir?.name)) wrong++
    }
    t.equal(wrong, 0)
    t.equal(first.length, SLOTS)
  }
  t.end()
})

t.test('slots of one backend have no heirs, and those of none no owners', t => {
  const alone = slotsOf(weighted(1))
  t.ok(alone.first.every(number => number === 1))
  t.ok(alone.second.every(number => number === 0))
  t.ok(slotsOf([]).first.every(number => number === 0))
  t.end()
})
