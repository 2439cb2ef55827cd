import { join } from 'node:path'
import t from 'tap'
import { fileSource, flagsSource } from '../../../src/config/config-source.js'

t.test('flags are always the same', async t => {
  const source = flagsSource({ listen: [':1'], backend: ['a:1'], admin: false })
  t.equal(source.name, 'flags')
  t.match(await source.load(), { source: 'flags', admin: undefined, services: [{ name: 'default' }] })
  await t.rejects(flagsSource({}).load(), { name: 'ConfigError', path: '--listen' })
})

t.test('a file is read anew each time, and flags win over it', async t => {
  const directory = t.testdir({ 'a.yaml': 'services: {a: {listen: [":1"], backends: ["a:1"]}}' })
  const file = join(directory, 'a.yaml')
  const source = fileSource(file, { drainTimeout: '7s' })
  t.equal(source.name, file)
  t.match(await source.load(), { source: file, drainTimeout: 7000, services: [{ name: 'a' }] })
  t.testdir({ 'a.yaml': 'services: {b: {listen: [":1"], backends: ["a:1"]}}' })
  t.match(await source.load(), { services: [{ name: 'b' }] })
})
