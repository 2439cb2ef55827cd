import t from 'tap'
import { recogniseFormat } from '../../../src/import/source-format.js'

t.test('the content tells', t => {
  for (const [text, format] of [
    ['# x\nglobal\n  daemon\n', 'haproxy'],
    ['listen db\r\n  bind :1\r\n', 'haproxy'],
    ['defaults base from other # x\n', 'haproxy'],
    ['frontend a\n', 'haproxy'],
    ['stream {\n}', 'nginx'],
    ['events {}\nhttp\n{\n}', 'nginx'],
    ['upstream db {\n}', 'nginx'],
    ['[servers.a]\nbind = ":1"', 'gobetween'],
    ['[defaults]\n[servers]', 'gobetween'],
    ['{ "logging": {}, "servers": {} }', 'gobetween'],
    ['{"servers": {}}', 'gobetween'],
  ] as const) {
    t.equal(recogniseFormat('file', text), format, text)
  }
  t.end()
})

t.test('the name tells where the content does not', t => {
  for (const [name, format] of [
    ['haproxy.cfg', 'haproxy'],
    ['a.toml', 'gobetween'],
    ['gobetween.json', 'gobetween'],
    ['a.conf', 'nginx'],
    ['a.txt', undefined],
  ] as const) {
    t.equal(recogniseFormat(name, 'nothing to see'), format, name)
  }
  t.equal(recogniseFormat('haproxy.cfg', 'global\nstream {\n'), 'haproxy')
  t.equal(recogniseFormat('nginx.conf', 'global\nstream {\n'), 'nginx')
  t.equal(recogniseFormat('x', 'global\nstream {\n'), 'haproxy')
  t.end()
})
