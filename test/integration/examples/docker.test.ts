import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const ROOT = new URL('../../../', import.meta.url).pathname
const directory = join(ROOT, 'examples/docker')
const dockerfile = readFileSync(join(directory, 'Dockerfile'), 'utf8')
const instructions = dockerfile.split('\n').filter(line => /^[A-Z]+ /.test(line))
const said = (instruction: string) =>
  instructions
    .filter(line => line.startsWith(`${instruction} `))
    .map(line => line.slice(instruction.length + 1))

t.test('what is copied is there, or made by the build', t => {
  const ignored = readFileSync(`${directory}/Dockerfile.dockerignore`, 'utf8')
  const kept = [...ignored.matchAll(/^!(.+)$/gm)].map(([, path = '']) => path)
  t.match(ignored, /^\*$/m)
  for (const path of kept) t.ok(existsSync(join(ROOT, path)), path)
  const made = ['node_modules', 'dist']
  for (const copy of said('COPY')) {
    const [first = '', ...rest] = copy.split(' ')
    const isFromBuild = first === '--from=build'
    const sources = (isFromBuild ? rest : [first, ...rest])
      .slice(0, -1)
      .map(path => path.replace(/^\/src\//, ''))
    for (const source of sources.filter(path => path !== '.')) {
      t.ok(made.includes(source) || existsSync(join(ROOT, source)), source)
      t.ok(
        made.includes(source) || kept.some(path => source === path || source.startsWith(`${path}/`)),
        `${source} is not ignored`,
      )
    }
  }
  t.end()
})

t.test('it is built as package.json says, on a Node.js that evenkeel runs on', t => {
  const { engines, scripts, files } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
    engines: { node: string }
    scripts: Record<string, string>
    files: string[]
  }
  const versions = said('FROM').map(image => Number(/^node:(\d+)-\w+-slim/.exec(image)?.[1]))
  t.equal(versions.length, 2)
  t.ok(versions.every(version => version >= Number(engines.node.replace(/\D/g, ''))))
  t.match(said('RUN')[0], /^npm ci .*&& npm prune --omit=dev$/)
  t.ok(scripts['prepare'], 'npm ci builds')
  t.ok(files.includes('dist') && files.includes('bin'))
  t.end()
})

t.test('it is not root, can be stopped, and is asked for its health', t => {
  t.same(said('USER'), ['node'])
  t.same(said('STOPSIGNAL'), ['SIGTERM'])
  const [health = ''] = said('HEALTHCHECK')
  const command = JSON.parse(health.slice(health.indexOf('['))) as string[]
  t.same(command.slice(0, 2), ['node', '-e'])
  t.doesNotThrow(() => new Function(command[2] ?? ''))
  t.match(command[2], /127\.0\.0\.1:7070\/healthz/)
  t.same(JSON.parse(said('ENTRYPOINT')[0] ?? ''), ['evenkeel'])
  t.match(JSON.parse(said('CMD')[0] ?? ''), ['run', '--config', '/etc/evenkeel/evenkeel.yaml'])
  t.end()
})

t.test('the README builds and runs this', t => {
  const readme = readFileSync(`${directory}/README.md`, 'utf8')
  const [, build] = /# Built from the project's directory: (.+)/.exec(dockerfile) ?? []
  t.ok(build !== undefined && readme.includes(`    ${build}\n`))
  t.match(readme, /docker run [^]*:\/etc\/evenkeel\/evenkeel\.yaml:ro evenkeel\n/)
  t.end()
})
