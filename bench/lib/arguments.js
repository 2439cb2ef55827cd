import { parseArgs } from 'node:util'

/**
 * What a run was asked to do.
 * @typedef {object} Wishes
 * @property {readonly string[]} subjects names; none means all
 * @property {readonly string[]} targets names; none means all
 * @property {number} rounds
 * @property {number} seconds of load per round and target
 * @property {'loopback' | 'namespaces' | undefined} net undefined: namespaces where they can be made
 * @property {string | undefined} json file for the result
 * @property {string | undefined} plots directory for a plot per subject
 * @property {string | undefined} render a result to show again, instead of a run
 * @property {string | undefined} against root of another built checkout to measure beside this one
 * @property {readonly string[]} flags further flags of evenkeel
 * @property {string} node the runtime of evenkeel
 * @property {readonly string[]} nodeFlags flags of that runtime
 */

/** The text of --help. */
export const usage = `Usage: npm run bench [subject…] [-- options]

  --rounds <n>           rounds, interleaved between the targets (default: 3)
  --seconds <n>          seconds of load per round and target (default: 3)
  --targets <a,b>        of direct, evenkeel, evenkeel-2, evenkeel-kernel, haproxy, haproxy-2, nginx, nginx-2; -2 has
                         two workers or threads, -kernel is --datapath kernel (default: all that are installed)
  --net <kind>           namespaces (client, balancer, backends, joined by veth; needs root and ip) or
                         loopback (default: namespaces where they can be made)
  --json <file>          write all figures there
  --plots <dir>          draw an SVG per subject there
  --render <file>        no run: show the figures of an earlier --json again, and draw them with --plots
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
      seconds: { type: 'string', default: '3' },
      targets: { type: 'string', default: '' },
      net: { type: 'string' },
      json: { type: 'string' },
      plots: { type: 'string' },
      render: { type: 'string' },
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
    net: netKind(values.net),
    json: values.json,
    plots: values.plots,
    render: values.render,
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

/** @param {string | undefined} text */
function netKind(text) {
  if (text === undefined || text === 'loopback' || text === 'namespaces') return text
  throw new Error(`--net ${text}: expected loopback or namespaces`)
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
