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
 * @param {Record<'balancer' | 'generator' | 'backend' | 'kernel' | 'others', number>} shares
 * @param {{ balancerThreads: number, backendThreads: number, cores: number }} machine
 */
export function limitedBy(shares, { balancerThreads, backendThreads, cores }) {
  const sides = Object.entries({
    balancer: shares.balancer / Math.max(1, balancerThreads),
    generator: shares.generator,
    backend: shares.backend / backendThreads,
  })
  const full = sides.filter(([, share]) => share >= FULL).map(([side]) => side)
  if (full.length > 0) return full.join(' and ')
  const used = Object.values(shares)
    .filter(Number.isFinite)
    .reduce((total, share) => total + share, 0)
  if (used < FULL * cores) return 'waiting'
  return shares.others >= DISTURBED ? 'other work' : 'all cores'
}
