import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseWishes, usage } from './lib/arguments.js'
import { Crew } from './lib/crew.js'
import { describeMachine, machineLines } from './lib/machine.js'
import { findPrograms } from './lib/programs.js'
import { chooseSubjects, subjects } from './subjects/subjects.js'
import { chooseTargets } from './targets/targets.js'

/** @import { Wishes } from './lib/arguments.js' */

const crew = new Crew()

process.once('exit', () => crew.disband())
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => process.exit(130))
}

try {
  const wishes = parseWishes(process.argv.slice(2))
  if (wishes === undefined) print(usage + subjects.map(({ name }) => name).join(', '))
  else await run(wishes)
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  await crew.stopAll()
}

/** @param {Wishes} wishes */
async function run(wishes) {
  if (process.platform !== 'linux') throw new Error('CPU and memory are read from /proc: this needs Linux')
  const programs = findPrograms()
  const chosen = chooseSubjects(wishes.subjects)
  const kinds = chooseTargets(programs, wishes)
  const machine = describeMachine(programs, wishes)
  print(machineLines(machine).join('\n'))

  /** @type {Record<string, unknown>} */
  const figures = {}
  for (const subject of chosen) {
    print(`\n## ${subject.name}: ${subject.title}\n`)
    const { rounds, seconds } = wishes
    const report = await subject.run({ crew, programs, kinds, rounds, seconds, progress })
    await crew.stopAll()
    print(report.lines.join('\n'))
    figures[subject.name] = report.figures
  }
  if (wishes.json === undefined) return
  mkdirSync(dirname(wishes.json), { recursive: true })
  const { rounds, seconds } = wishes
  writeFileSync(wishes.json, `${JSON.stringify({ machine, rounds, seconds, subjects: figures }, null, 2)}\n`)
}

/** @param {string} line */
function progress(line) {
  process.stderr.write(`  ${line}\n`)
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`)
}
