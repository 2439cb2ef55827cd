import t from 'tap'
import { fileSettings } from '../../../../src/config/file/file-settings.js'

t.test('values are settings, those of a map below it', t => {
  const values = {
    hold: 0,
    passive: false,
    accessLog: true,
    closeOn: ['dead', 'drain'],
    probe: { kind: 'tcp', port: 5 },
  }
  const { given, place } = fileSettings(values, ['services', 'a.b'])
  t.same(
    [...given].map(([key, { path, text }]) => [key, path, text]),
    [
      ['hold', 'services["a.b"].hold', '0'],
      ['passive', 'services["a.b"].passive', 'off'],
      ['accessLog', 'services["a.b"].accessLog', 'on'],
      ['closeOn', 'services["a.b"].closeOn', 'dead,drain'],
      ['probe.kind', 'services["a.b"].probe.kind', 'tcp'],
      ['probe.port', 'services["a.b"].probe.port', '5'],
    ],
  )
  t.same(place('probe.rise'), { path: 'services["a.b"].probe.rise' })
  t.end()
})
