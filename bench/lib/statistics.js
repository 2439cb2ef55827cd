/**
 * Several measurements of one figure.
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} min
 * @property {number} max
 */

/**
 * The middle and the ends of these values; all NaN for none.
 * @param {readonly number[]} values
 * @returns {Spread}
 */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const low = sorted[Math.floor(middle)] ?? NaN
  const high = sorted[Math.ceil(middle)] ?? NaN
  return { median: (low + high) / 2, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN }
}

/**
 * The ratios of two figures measured in the same rounds: pairs of one round share its noise.
 * @param {readonly number[]} ours
 * @param {readonly number[]} theirs
 * @returns {Spread}
 */
export function ratio(ours, theirs) {
  return spread(ours.map((value, round) => value / (theirs[round] ?? NaN)).filter(Number.isFinite))
}
