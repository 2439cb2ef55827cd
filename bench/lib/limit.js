import { percent } from './table.js'

const FULL = 0.9
const DISTURBED = 0.25

/**
 * A warning when so much else ran on the machine that the figures say little.
 * @param {readonly number[]} others shares of a core, one per measurement
 * @returns {string[]}
 */
export function disturbance(others) {
  const most = Math.max(0, ...others.filter(Number.isFinite))
  if (most < DISTURBED) return []
  return [`Noisy: work that has no part in this took up to ${percent(most)} of a core.`]
}

/**
 * What kept the rate from being higher: whoever filled its cores, else all together, else nobody (waiting).
 * @param {Record<'balancer' | 'generator' | 'backend' | 'others', number>} shares
 * @param {number} threads of the balancer
 * @param {number} cores
 */
export function limitedBy({ balancer, generator, backend, others }, threads, cores) {
  const sides = Object.entries({ balancer: balancer / Math.max(1, threads), generator, backend })
  const full = sides.filter(([, share]) => share >= FULL).map(([side]) => side)
  if (full.length > 0) return full.join(' and ')
  const used = [balancer, generator, backend, others].filter(Number.isFinite).reduce((a, b) => a + b, 0)
  if (used < FULL * cores) return 'waiting'
  return others >= DISTURBED ? 'other work' : 'all cores'
}
