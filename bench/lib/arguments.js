import { parseArgs } from 'node:util'

/**
 * What a run was asked to do.
 * @typedef {object} Wishes
 * @property {readonly string[]} subjects names; none means all
 * @property {readonly string[]} targets names; none means all
 * @property {number} rounds
 * @property {number} seconds of load per round and target
 * @property {string | undefined} json file for the result
 * @property {string | undefined} against root of another built checkout to measure beside this one
 * @property {readonly string[]} flags further flags of evenkeel
 * @property {string} node the runtime of evenkeel
 * @property {readonly string[]} nodeFlags flags of that runtime
 */

/** The text of --help. */
export const usage = `Usage: npm run bench [subject…] [-- options]

  --rounds <n>           rounds, interleaved between the targets (default: 3)
  --seconds <n>          seconds of load per round and target (default: 5)
  --targets <a,b>        of direct, evenkeel, haproxy, nginx (default: all that are installed)
  --json <file>          write all figures there
  --against <dir>        also measure the built checkout of evenkeel in this directory
  --flags="<flags>"      further flags of evenkeel (not of --against)
  --node <path>          the Node.js that runs evenkeel (default: the one that runs this)
  --node-flags="<flags>" its flags, for example --cpu-prof (not for --against)
  --help                 show this

Subjects: `

/**
 * Reads the arguments; undefined when help is wanted. Throws an Error with one line for people.
 * @param {readonly string[]} argv
 * @returns {Wishes | undefined}
 */
export function parseWishes(argv) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      targets: { type: 'string', default: '' },
      json: { type: 'string' },
      against: { type: 'string' },
      flags: { type: 'string', default: '' },
      node: { type: 'string', default: process.execPath },
      'node-flags': { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    subjects: positionals,
    targets: words(values.targets, ','),
    rounds: count('--rounds', values.rounds, 100),
    seconds: count('--seconds', values.seconds, 3600),
    json: values.json,
    against: values.against,
    flags: words(values.flags, ' '),
    node: values.node,
    nodeFlags: words(values['node-flags'], ' '),
  }
}

/**
 * @param {string} text
 * @param {string} separator
 */
function words(text, separator) {
  return text.split(separator).filter(word => word !== '')
}

/**
 * @param {string} flag
 * @param {string} text
 * @param {number} most
 */
function count(flag, text, most) {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new Error(`${flag} ${text}: expected a whole number from 1 to ${most}`)
  }
  return value
}
