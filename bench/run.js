import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseWishes, usage } from './lib/arguments.js'
import { Crew } from './lib/crew.js'
import { describeMachine, machineLines } from './lib/machine.js'
import { openNetwork } from './lib/network.js'
import { findPrograms } from './lib/programs.js'
import { overviewLines, subjectLines, writePlot } from './lib/report.js'
import { chooseSubjects, subjects } from './subjects/subjects.js'
import { chooseTargets } from './targets/targets.js'

/** @import { Wishes } from './lib/arguments.js' */
/** @import { Network } from './lib/network.js' */
/** @import { Programs } from './lib/programs.js' */
/** @import { Result, SubjectResult } from './lib/report.js' */
/** @import { Subject } from './subjects/subjects.js' */
/** @import { TargetKind } from './targets/targets.js' */

const crew = new Crew()
/** @type {Network | undefined} */
let network

process.once('exit', () => {
  crew.disband()
  network?.close()
})
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => process.exit(130))
}

try {
  const wishes = parseWishes(process.argv.slice(2))
  if (wishes === undefined) print(usage + subjects.map(({ name }) => name).join(', '))
  else if (wishes.render !== undefined) render(wishes, wishes.render)
  else await run(wishes)
} catch (error) {
  process.stderr.write(`bench: ${message(error)}\n`)
  process.exitCode = 1
} finally {
  await crew.stopAll()
}

/** @param {Wishes} wishes */
async function run(wishes) {
  if (process.platform !== 'linux') throw new Error('CPU and memory are read from /proc: this needs Linux')
  const programs = findPrograms()
  const chosen = chooseSubjects(wishes.subjects)
  network = openNetwork(wishes.net, programs)
  const kinds = chooseTargets(programs, wishes, network.kind === 'namespaces')
  /** @type {Result} */
  const result = {
    machine: describeMachine(programs, wishes, network),
    rounds: wishes.rounds,
    seconds: wishes.seconds,
    subjects: {},
  }
  print(machineLines(result.machine).join('\n'))
  for (const subject of chosen) {
    print(`\n## ${subject.name}: ${subject.title}\n`)
    const found = await measureSubject(subject, { wishes, programs, kinds, network })
    result.subjects[subject.name] = found
    show(subject, result, wishes)
    // After each, so that a long run that is stopped was not in vain.
    if (wishes.json !== undefined) writeResult(wishes.json, result)
  }
  if (chosen.length > 1) showOverview(chosen, result)
}

/**
 * @param {Subject} subject
 * @param {{ wishes: Wishes, programs: Programs, kinds: readonly TargetKind[], network: Network }} setup
 * @returns {Promise<SubjectResult>}
 */
async function measureSubject(subject, { wishes, programs, kinds, network }) {
  /** @type {string[]} */
  const leftOut = []
  /**
   * @param {string} target
   * @param {unknown} error
   */
  const leaveOut = (target, error) => {
    leftOut.push(`${target}: ${message(error)}`)
  }
  const { rounds, seconds, targets } = wishes
  const single = subject.singleThread === true && targets.length === 0
  try {
    const figures = await subject.run({
      ...{ crew, network, programs, wishes, rounds, seconds, progress, leaveOut },
      kinds: single ? kinds.filter(({ threads }) => threads <= 1) : kinds,
    })
    return { ...figures, leftOut }
  } catch (error) {
    leaveOut(subject.name, error)
    return { rows: [], notes: [], leftOut }
  } finally {
    await crew.stopAll()
  }
}

/**
 * Shows what an earlier run wrote.
 * @param {Wishes} wishes
 * @param {string} file
 */
function render(wishes, file) {
  // A figure that is not there is NaN, which JSON has no word for.
  /** @type {Result} */
  const result = JSON.parse(readFileSync(file, 'utf8'), (_key, value) => (value === null ? NaN : value))
  const chosen = chooseSubjects(wishes.subjects).filter(({ name }) => name in result.subjects)
  print(machineLines(result.machine).join('\n'))
  for (const subject of chosen) {
    print(`\n## ${subject.name}: ${subject.title}\n`)
    show(subject, result, wishes)
  }
  if (chosen.length > 1) showOverview(chosen, result)
}

/**
 * @param {Subject} subject
 * @param {Result} result
 * @param {Wishes} wishes
 */
function show(subject, result, { plots }) {
  const found = result.subjects[subject.name]
  if (found === undefined) return
  print(subjectLines(subject, found, result.machine.cores).join('\n'))
  if (plots !== undefined) writePlot(plots, subject, result)
}

/**
 * @param {readonly Subject[]} chosen
 * @param {Result} result
 */
function showOverview(chosen, result) {
  const lines = overviewLines(chosen, result)
  if (lines.length > 0) print(`\n## All medians\n\n${lines.join('\n')}`)
}

/**
 * @param {string} file
 * @param {Result} result
 */
function writeResult(file, result) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
}

/** @param {unknown} error */
function message(error) {
  return error instanceof Error ? error.message : String(error)
}

/** @param {string} line */
function progress(line) {
  process.stderr.write(`  ${line}\n`)
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`)
}
