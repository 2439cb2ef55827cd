import { accessSync, constants, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The programs the tests run, and the Debian packages they come from. */
const PACKAGES = {
  bash: 'bash',
  chromium: 'chromium',
  dnsmasq: 'dnsmasq-base',
  dnsperf: 'dnsperf',
  fish: 'fish',
  initdb: 'postgresql',
  mandoc: 'mandoc',
  memcached: 'memcached',
  memccapable: 'libmemcached-tools',
  minetestserver: 'minetest-server',
  pgbench: 'postgresql',
  postgres: 'postgresql',
  promtool: 'prometheus',
  psql: 'postgresql-client',
  'redis-benchmark': 'redis-tools',
  'redis-cli': 'redis-tools',
  'redis-server': 'redis-server',
  'systemd-analyze': 'systemd',
  'teeworlds-server': 'teeworlds-server',
  tmux: 'tmux',
  zsh: 'zsh',
} as const

export type Program = keyof typeof PACKAGES

/** The path of a program; throws when it is not installed. */
export function pathOf(program: Program): string {
  const path = find(program)
  if (path === undefined) throw new Error(missing([program]))
  return path
}

/**
 * The `skip` option of a test that needs these programs: false when all are there. With EVENKEEL_REQUIRE_SERVICES=1 a
 * missing program is an error instead.
 */
export function needs(...programs: readonly Program[]): string | false {
  const absent = programs.filter(program => find(program) === undefined)
  if (absent.length === 0) return false
  if (process.env['EVENKEEL_REQUIRE_SERVICES'] === '1') throw new Error(missing(absent))
  return missing(absent)
}

function missing(programs: readonly Program[]): string {
  const packages = [...new Set(programs.map(program => PACKAGES[program]))]
  return `${programs.join(', ')} not found: install the Debian package ${packages.join(' ')}`
}

function find(program: Program): string | undefined {
  return directories()
    .map(directory => join(directory, program))
    .find(isExecutable)
}

/** Debian's server directories first: its wrappers in /usr/bin read the machine's own configuration. */
function directories(): readonly string[] {
  const path = (process.env['PATH'] ?? '').split(':')
  return [...postgresDirectories(), '/usr/lib/minetest', ...path, '/usr/sbin', '/usr/games']
}

function postgresDirectories(): readonly string[] {
  const root = '/usr/lib/postgresql'
  try {
    return readdirSync(root)
      .sort((a, b) => Number(b) - Number(a))
      .map(version => join(root, version, 'bin'))
  } catch {
    return []
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
