import t from 'tap'
import { specSettings } from '../../../src/config/spec-settings.js'

t.test('fields are settings by the keys of a file', t => {
  const whole = { path: '--backend', text: 'a:1,max-connections=5,backup' }
  const fields = new Map([
    ['max-connections', '5'],
    ['backup', ''],
  ])
  const { given, place } = specSettings(whole.path, whole.text, fields, ['backup'])
  t.same(
    [...given],
    [
      ['maxConnections', { path: 'max-connections', text: '5', whole }],
      ['backup', { path: 'backup', text: 'on', whole }],
    ],
  )
  t.same(place('maxConnections'), { path: 'max-connections', whole })
  t.end()
})
