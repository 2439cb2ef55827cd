import { readdirSync, readFileSync } from 'node:fs'

/** Linux shows times to programs in hundredths of a second, whatever its own tick is. */
const TICK_MICROS = 10_000

/**
 * CPU time that these processes, all threads counted, and those of their children that have ended have used so far.
 * @param {readonly number[]} pids
 * @returns {number} microseconds
 */
export function cpuMicros(pids) {
  return sum(pids.map(pid => sum(ticks(pid, 11, 15)))) * TICK_MICROS
}

/**
 * CPU time of the children of this process that have ended and been waited for.
 * @returns {number} microseconds
 */
export function endedChildrenCpuMicros() {
  return sum(ticks(process.pid, 13, 15)) * TICK_MICROS
}

/**
 * CPU time that the whole machine was busy so far, time stolen by its host included.
 * @returns {number} microseconds
 */
export function machineBusyMicros() {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softirq + steal) * TICK_MICROS
}

/**
 * Resident memory of these processes; pages that two of them share count twice.
 * @param {readonly number[]} pids
 * @returns {number} kB
 */
export function residentKilobytes(pids) {
  // smaps_rollup counts the pages; VmRSS is a per-CPU counter and may be some hundred kB off.
  return sum(
    // A child may have ended since it was listed.
    pids.map(pid => Number(/^Rss:\s+(\d+)/m.exec(readUnlessGone(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0)),
  )
}

/**
 * A process and all that descend from it.
 * @param {number} pid
 * @returns {number[]}
 */
export function processTree(pid) {
  const children = readUnlessGone(`/proc/${pid}/task/${pid}/children`).trim()
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap(child => processTree(Number(child))))]
}

/**
 * TCP connections that were begun so far in the network a process lives in.
 * @param {number} pid
 */
export function activeOpens(pid) {
  const [names = '', values = ''] = readFileSync(`/proc/${pid}/net/snmp`, 'utf8').match(/^Tcp:.*$/gm) ?? []
  return Number(values.split(' ')[names.split(' ').indexOf('ActiveOpens')])
}

/** The threads in which the kernel handles packets that it cannot handle at once; none where they cannot be seen. */
export function packetThreads() {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && readUnlessGone(`/proc/${name}/comm`).startsWith('ksoftirqd/'))
    .map(Number)
}

/** How many files a process started from here may open. */
export function openFilesLimit() {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? []
  return soft === undefined ? Infinity : Number(soft)
}

/**
 * Some of the fields of /proc/PID/stat, counted from the state on because the name before it may hold blanks; none when
 * the process has ended, as its time is its parent's then.
 * @param {number} pid
 * @param {number} first
 * @param {number} end
 */
function ticks(pid, first, end) {
  const stat = readUnlessGone(`/proc/${pid}/stat`)
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(first, end)
    .map(Number)
}

/** @param {string} file */
function readUnlessGone(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return ''
    throw error
  }
}

/** @param {readonly number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0)
}
