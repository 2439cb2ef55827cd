import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { complaints, cycles, orphans, staleExceptions, untested } from './fixtures/house-rules.js'
import { readSource, type SourceFile } from './fixtures/source-file.js'

const ROOT = new URL('../', import.meta.url)

/** The TypeScript files below a directory, as paths from the project's root. */
function files(directory: string): string[] {
  return readdirSync(new URL(directory, ROOT), { recursive: true, encoding: 'utf8' })
    .map(name => `${directory}/${name.replaceAll('\\', '/')}`)
    .filter(name => /\.tsx?$/.test(name))
    .sort()
}

const sources = files('src').map(path => readSource(path, readFileSync(new URL(path, ROOT), 'utf8')))
const tests = files('test')

t.test('every file keeps to the rules of the house', t => {
  t.ok(sources.length > 0)
  for (const source of sources) t.same(complaints(source), [], source.path)
  t.end()
})

t.test('nothing imports in a circle', t => {
  t.same(cycles(sources), [])
  t.end()
})

t.test('every file with code has its test, and every unit test its file', t => {
  t.same(untested(sources, tests), [])
  t.same(orphans(sources, tests), [])
  t.end()
})

t.test('no exception outlives its reason', t => {
  t.same(staleExceptions(sources), [])
  t.end()
})

/** The complaints about a made-up file, without its path. */
function about(path: string, text: string): string[] {
  return complaints(readSource(path, text)).map(complaint => complaint.slice(path.length + 1))
}

const BROKEN: readonly (readonly [path: string, text: string, complaint: RegExp])[] = [
  ['src/core/a.ts', `import { isIP } from 'node:net'`, /core has no dependency/],
  ['src/core/a.ts', `import type { Socket } from 'node:net'`, /core has no dependency/],
  ['src/core/a.ts', `import pino from 'pino'`, /core has no dependency/],
  ['src/core/a.ts', `const fs = await import('node:fs')`, /core has no dependency/],
  ['src/core/a.ts', `let socket: import('node:net').Socket`, /core has no dependency/],
  ['src/core/a.ts', `import { parse } from '../config/flags.js'`, /core may not import config/],
  ['src/core/a.ts', `import type { Config } from '../config/config.js'`, /core may not import config/],
  ['src/core/strategy/a.ts', `import { systemClock } from '../../clock.js'`, /core may not import clock/],
  ['src/core/a.ts', `import { type Clock, systemClock } from '../clock.js'`, /core may not import clock/],
  ['src/core/a.ts', `import { app } from '../app.js'`, /core may not import root/],
  ['src/control/a.ts', `import type { Sink } from '../observe/sink.js'`, /control may not import observe/],
  ['src/control/a.ts', `import '../datapath/datapath.js'`, /control may not import datapath/],
  ['src/control/probes/a.ts', `import { c } from '../../config/c.js'`, /control may not import config/],
  [
    'src/datapath/userspace/a.ts',
    `import { m } from '../../control/m.js'`,
    /datapath may not import control/,
  ],
  ['src/observe/a.ts', `import type { S } from '../control/supervisor.js'`, /observe may not import control/],
  ['src/config/a.ts', `import { systemClock } from '../clock.js'`, /config may not import clock/],
  ['src/config/a.ts', `import { d } from '../datapath/d.js'`, /config may not import datapath/],
  ['src/cli/a.ts', `import { m } from '../control/m.js'`, /cli may not import control/],
  ['src/cli/a.ts', `import { open } from '../open-app.js'`, /cli may not import root/],
  ['src/clock.ts', `import { a } from './core/a.js'`, /clock may not import core/],
  ['src/new-area/a.ts', `import { a } from '../core/a.js'`, /no rule yet/],
  ['src/app.ts', `import { Command } from 'commander'`, /imports commander/],
  ['src/control/a.ts', `import pino from 'pino'`, /imports pino/],
  ['src/observe/pretty.ts', `import type { Logger } from 'pino'`, /imports pino/],
  ['src/observe/sink.ts', `import pretty from 'pino-pretty'`, /imports pino-pretty/],
  ['src/observe/log.ts', `import { Counter } from 'prom-client'`, /imports prom-client/],
  ['src/control/a.ts', `import { parse } from 'yaml'`, /imports yaml/],
  ['src/control/admin/a.ts', `import { isIP } from 'node:net'`, /imports node:net/],
  ['src/control/admin/a.ts', `import { isIP } from 'net'`, /imports net/],
  ['src/datapath/a.ts', `import dgram from 'node:dgram'`, /imports node:dgram/],
  ['src/main.ts', `const net = process.getBuiltinModule('node:net')`, /imports node:net/],
  ['src/app.ts', `const net = require('node:net')`, /imports node:net/],
  ['src/index.ts', `export type { Socket } from 'node:net'`, /imports node:net/],
  ['src/app.ts', `import left from 'left-pad'`, /no rule yet/],
  ['src/control/a.ts', `import { setTimeout } from 'node:timers/promises'`, /imports node:timers/],
  ['src/control/a.ts', `import { performance } from 'node:perf_hooks'`, /imports node:perf_hooks/],
  ['src/control/a.ts', `setTimeout(run, 5)`, /uses setTimeout/],
  ['src/control/a.ts', `const wait = globalThis.setTimeout`, /uses setTimeout/],
  ['src/control/a.ts', `const timers = { setInterval }`, /uses setInterval/],
  ['src/control/a.ts', `const start = performance.now()`, /uses performance\.now/],
  ['src/control/a.ts', `class A { readonly now = Date.now }`, /uses Date\.now/],
  ['src/control/a.ts', `const now = new Date()`, /uses new Date/],
  ['src/core/a.ts', `const jitter = () => Math.random() * 5`, /uses Math\.random/],
  ['src/control/a.ts', `probe(AbortSignal.timeout(5))`, /uses AbortSignal\.timeout/],
  ['src/main.ts', `process.binding('tcp_wrap')`, /uses process\.binding/],
  ['src/datapath/userspace/a.ts', `process.binding('tcp_wrap')`, /uses process/],
  ['src/main.ts', `process.hrtime.bigint()`, /uses process\.hrtime/],
  ['src/app.ts', `process.exit(1)`, /uses process/],
  ['src/app.ts', `run(process)`, /uses process/],
  ['src/app.ts', `import { exit } from 'node:process'`, /uses process/],
  ['src/datapath/userspace/a.ts', `socket._handle.fd`, /reaches for _handle/],
  ['src/datapath/userspace/a.ts', `socket?.['_handle']`, /reaches for _handle/],
  ['src/datapath/userspace/a.ts', `const { _handle: handle } = socket`, /reaches for _handle/],
  ['src/datapath/userspace/a.ts', `this.#socket._writableState`, /reaches for _writableState/],
  ['src/core/a.ts', `export * from './health.js'`, /hands on src\/core\/health\.ts/],
  ['src/core/index.ts', `export { observe } from './health.js'`, /hands on src\/core\/health\.ts/],
  ['src/core/utils.ts', ``, /says nothing/],
  ['src/control/helpers/a.ts', ``, /says nothing/],
  ['src/core/ipHash.ts', ``, /kebab-case/],
]

t.test('a file that breaks a rule is complained of, for that and for nothing else', t => {
  for (const [path, text, complaint] of BROKEN) {
    const found = about(path, text)
    t.ok(found.length > 0 && found.every(line => complaint.test(line)), `${path}: ${text}`, { found })
  }
  t.end()
})

const SOUND: readonly (readonly [path: string, text: string])[] = [
  ['src/core/a.ts', `import type { Millis } from '../clock.js'\nimport { observe } from './health.js'`],
  [
    'src/core/strategy/a.ts',
    `import { type Random } from '../../clock.js'\nimport { jhash } from '../hash.js'`,
  ],
  ['src/config/a.ts', `import { createReadStream } from 'node:fs'\nimport { A } from '../core/a.js'`],
  ['src/control/a.ts', `import type { Clock } from '../clock.js'\nimport { A } from '../core/a.js'`],
  ['src/control/probes/a.ts', `import { connect } from 'node:net'\nimport dgram from 'node:dgram'`],
  ['src/datapath/userspace/a.ts', `import udp from 'node:dgram'\nimport { B } from '../datapath.js'`],
  ['src/sockets/a.ts', `import net from 'node:net'\nimport type { C } from '../clock.js'`],
  ['src/sockets/tcp-binding.ts', `process.binding('tcp_wrap')`],
  ['src/observe/log-file.ts', `import pino from 'pino'\nimport pretty from 'pino-pretty'`],
  ['src/observe/metrics.ts', `import { Counter } from 'prom-client'`],
  ['src/cli/a.ts', `import { Command } from 'commander'\nimport { A } from '../config/a.js'`],
  ['src/app.ts', `import { systemClock } from './clock.js'\nimport { M } from './control/m.js'`],
  ['src/index.ts', `export { ConfigError } from './config/config-error.js'`],
  ['src/clock.ts', `const now = () => performance.now() + Date.now() + Math.random()\nsetTimeout(now, 5)`],
  ['src/main.ts', `process.exitCode = 1`],
  ['src/control/a.ts', `// setTimeout(run, 5), process.exit()\nconst text = 'Date.now() of process'`],
  ['src/control/a.ts', `socket.setTimeout(5); child.process.kill()\ninterface A { process: string }`],
  ['src/control/a.ts', `const at = new Date(wallTime).toISOString()\nfor (const [_name, a] of pairs) use(a)`],
]

t.test('a file that keeps to the rules is not', t => {
  for (const [path, text] of SOUND) t.same(about(path, text), [], `${path}: ${text}`)
  t.end()
})

function made(path: string, ...targets: string[]): SourceFile {
  return readSource(path, targets.map(target => `import type { A } from '${target}'`).join('\n'))
}

t.test('a circle is found, types included, from wherever it is entered', t => {
  const straight = [
    made('src/core/a.ts', './b.js', './c.js'),
    made('src/core/b.ts', './c.js'),
    made('src/core/c.ts'),
  ]
  t.same(cycles(straight), [])
  t.same(cycles([made('src/core/a.ts', './a.js')]), ['src/core/a.ts'])
  const circle = [
    made('src/core/d.ts', './c.js'),
    made('src/core/c.ts', './b.js', 'node:fs'),
    made('src/core/b.ts', './a.js'),
    made('src/core/a.ts', './c.js'),
  ]
  t.same(cycles(circle), ['src/core/a.ts -> src/core/c.ts -> src/core/b.ts'])
  t.end()
})

t.test('a file without a test is found, unless it has no code', t => {
  const code = (path: string): SourceFile => readSource(path, `export const run = () => 1`)
  t.same(untested([code('src/core/a.ts')], []), ['src/core/a.ts'])
  t.same(untested([code('src/core/a.ts')], ['test/unit/core/a.test.ts']), [])
  t.same(untested([code('src/core/a.ts')], ['test/integration/core/a.test.ts']), ['src/core/a.ts'])
  t.same(untested([code('src/control/probes/a.ts')], ['test/integration/probes/a.test.ts']), [])
  t.same(untested([code('src/control/probes/a.ts')], ['test/integration/probes/aa.test.ts']).length, 1)
  t.same(untested([code('src/app.ts')], []), [])
  const types = `export interface A { run(): void }\nexport const NAMES = ['a', 'b'] as const satisfies readonly string[]`
  t.same(untested([readSource('src/core/a.ts', types)], []), [])
  for (const text of [
    `export class A {}`,
    `export function a() {}`,
    `export const set = new Set()`,
    `run()`,
  ]) {
    t.equal(readSource('src/core/a.ts', text).hasCode, true, text)
  }
  t.same(
    orphans(
      [code('src/core/a.ts')],
      ['test/unit/core/a.test.ts', 'test/unit/core/b.test.ts', 'test/fixtures/c.ts'],
    ),
    ['test/unit/core/b.test.ts'],
  )
  t.end()
})

t.test('an exception whose file needs it no more is found', t => {
  t.ok(staleExceptions([]).includes('src/main.ts'))
  t.notOk(staleExceptions([readSource('src/main.ts', 'process.exit()')]).includes('src/main.ts'))
  t.end()
})
