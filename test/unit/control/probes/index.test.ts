import t from 'tap'
import { createProbe } from '../../../../src/control/probes/index.js'
import type { ProbeSpec } from '../../../../src/core/service.js'

t.test('every kind has a probe, and none has none', t => {
  const port = undefined
  const expect = undefined
  const specs: readonly Exclude<ProbeSpec, { kind: 'none' }>[] = [
    { kind: 'tcp', port, send: undefined, expect },
    { kind: 'udp', port, send: Buffer.from('?'), expect },
    { kind: 'http', port, path: '/', status: 200, body: undefined },
    { kind: 'exec', port, command: 'true' },
  ]
  for (const spec of specs) t.type(createProbe(spec), 'function', spec.kind)
  t.equal(createProbe({ kind: 'none' }), undefined)
  t.end()
})
