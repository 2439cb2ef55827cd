import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { startMemcached } from '../../services/memcached.js'
import { needs, pathOf } from '../../services/programs.js'
import { runProgram } from '../../services/run-program.js'

const skip = needs('memcached', 'memccapable')

t.test('memcached behind evenkeel passes its conformance test', { skip }, async t => {
  const [alpha, beta] = await Promise.all([startMemcached(t), startMemcached(t)])
  // By address: the tests reconnect and expect to find what they stored.
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--balance', 'ip-hash'],
    ...['--backend', `127.0.0.1:${alpha},name=alpha`],
    ...['--backend', `127.0.0.1:${beta},name=beta`],
    ...['--probe', String.raw`tcp,send=version\r\n,expect=VERSION`],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const { code, output } = await runProgram(pathOf('memccapable'), [
    ...['-h', '127.0.0.1', '-p', String(evenkeel.port), '-a'],
  ])
  const passed = output.match(/\[pass\]/g)?.length ?? 0
  t.comment(`memccapable -a: ${passed} passed, exit ${code}`)
  t.equal(code, 0, 'exit 0', { output })
  t.match(output, /All tests passed/, 'its verdict')
  t.notMatch(output, /FAIL/i, 'no failure')
  t.ok(passed >= 27, 'all of them')
  await noLeaks()
})
