import t from 'tap'
import { Watches } from '../../../src/control/watches.js'
import type { ProbeResult } from '../../../src/control/watch.js'
import type { Backend } from '../../../src/core/backend.js'
import type { ProbePolicy } from '../../../src/core/service.js'
import { recordingMonitor } from '../../fixtures/recording-monitor.js'
import { backend, service } from '../../fixtures/services.js'

const PASS: ProbeResult = { verdict: { kind: 'pass', reason: 'connected' }, durationMs: 1 }

/** A backend on that port of the loopback. */
function at(port: number, name = `on ${port}`): Backend {
  return backend(name, { endpoint: { kind: 'inet', family: 4, host: '127.0.0.1', port } })
}

function watch() {
  const { monitor, subjects, asked } = recordingMonitor()
  const results: string[] = []
  const watches = new Watches(monitor, {
    interval: name => name.length,
    onResult: (name, { verdict }) => results.push(`${name}: ${verdict.reason}`),
  })
  const follow = (backends: readonly Backend[], probe: Partial<ProbePolicy> = {}): string[] => {
    watches.follow(service(backends, { probe }))
    return asked()
  }
  return { watches, subjects, asked, results, follow }
}

t.test('each backend is probed as the service says', t => {
  const { subjects, results, follow } = watch()
  t.same(follow([at(1), at(22)], { timeout: 70 }), ['watch 1', 'watch 22'])
  t.match(subjects, [
    { target: at(1).endpoint, timeout: 70 },
    { target: at(22).endpoint, timeout: 70 },
  ])
  t.same(
    subjects.map(({ probe }) => typeof probe),
    ['function', 'function'],
  )
  t.same(
    subjects.map(subject => subject.interval()),
    [4, 5],
  )
  subjects[1]?.onResult(PASS)
  t.same(results, ['on 22: connected'])
  t.end()
})

t.test('where no probe is wanted nobody is probed', t => {
  const { watches, asked, follow } = watch()
  t.same(follow([at(1)], { spec: { kind: 'none' } }), [])
  watches.pause(new Set(['on 1']))
  watches.expedite('on 1')
  watches.stop()
  t.same(asked(), [])
  t.end()
})

t.test('probing that would be the same goes on', t => {
  const { follow } = watch()
  const http = (path: string, body?: string) =>
    ({ spec: { kind: 'http', port: undefined, path, status: 200, body } }) as const
  const pattern = (source: string) =>
    ({
      spec: {
        kind: 'udp',
        port: 53,
        send: Buffer.from('?'),
        expect: { kind: 'pattern', pattern: new RegExp(source) },
      },
    }) as const
  follow([at(1), at(2)], http('/'))
  t.same(follow([at(2), at(1)], { ...http('/'), interval: 77, rise: 9, fall: 9 }), [], 'other numbers')
  t.same(
    follow([backend('on 1', { endpoint: at(1).endpoint, weight: 9, state: 'drain' }), at(2)], http('/')),
    [],
  )
  const anew = ['watch 1', 'watch 2', 'stop 1', 'stop 2']
  t.same(follow([at(1), at(2)], http('/health')), anew)
  t.same(follow([at(1), at(2)], http('/health', 'ok')), anew)
  t.same(follow([at(1), at(2)], { ...http('/health', 'ok'), timeout: 5 }), anew)
  t.same(follow([at(1), at(2)], pattern('^a')), anew)
  t.same(follow([at(1), at(2)], pattern('^a')), [])
  t.same(follow([at(1), at(2)], pattern('^b')), anew)
  t.same(follow([at(1), at(2)], { spec: { kind: 'none' } }), ['stop 1', 'stop 2'])
  t.same(follow([at(1)]), ['watch 1'])
  t.end()
})

t.test('backends come, go and move', t => {
  const { watches, asked, follow } = watch()
  follow([at(1, 'a'), at(2, 'b'), at(3, 'c')])
  t.same(follow([at(1, 'a'), at(4, 'b'), at(5, 'd')]), ['watch 4', 'watch 5', 'stop 2', 'stop 3'])
  for (const name of ['a', 'b', 'c', 'd']) watches.expedite(name)
  t.same(asked(), ['expedite 1', 'expedite 4', 'expedite 5'])
  t.end()
})

t.test('those that are paused are told once, and told again to go on', t => {
  const { watches, asked, follow } = watch()
  const pause = (...names: string[]): string[] => {
    watches.pause(new Set(names))
    return asked()
  }
  follow([at(1, 'a'), at(2, 'b')])
  t.same(pause(), [])
  t.same(pause('a', 'nobody'), ['pause 1'])
  t.same(pause('a'), [])
  t.same(pause('b'), ['resume 1', 'pause 2'])
  t.same(follow([at(1, 'a'), at(2, 'b')]), [], 'and stay so')
  t.same(pause('b'), [])
  t.same(pause(), ['resume 2'])
  t.end()
})

t.test('one that is watched anew is not paused before it is told so', t => {
  const { watches, asked, follow } = watch()
  const pause = (...names: string[]): string[] => {
    watches.pause(new Set(names))
    return asked()
  }
  follow([at(1, 'a')])
  pause('a')
  t.same(follow([at(2, 'a')]), ['watch 2', 'stop 1'])
  t.same(pause('a'), ['pause 2'])
  t.same(follow([]), ['stop 2'])
  t.same(follow([at(2, 'a')]), ['watch 2'])
  t.same(pause(), [], 'it was forgotten with the rest')
  t.same(pause('a'), ['pause 2'])
  follow([at(2, 'a')], { spec: { kind: 'none' } })
  t.same(pause(), [])
  t.end()
})

t.test('after stop nobody is probed, and all may begin again', t => {
  const { watches, asked, follow } = watch()
  follow([at(1, 'a'), at(2, 'b')])
  watches.pause(new Set(['a']))
  asked()
  watches.stop()
  t.same(asked(), ['stop 1', 'stop 2'])
  watches.stop()
  watches.pause(new Set())
  watches.expedite('a')
  t.same(asked(), [])
  t.same(follow([at(1, 'a')]), ['watch 1'])
  watches.pause(new Set())
  t.same(asked(), [])
  t.end()
})
