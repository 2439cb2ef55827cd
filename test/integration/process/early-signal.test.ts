import { createSocket } from 'node:dgram'
import { getServers } from 'node:dns'
import { once } from 'node:events'
import { isIP } from 'node:net'
import t from 'tap'
import { launchEvenkeel } from '../../fixtures/evenkeel.js'
import { isIsolated } from '../../fixtures/isolation.js'

const NAME_SERVER_PORT = 53

/** Whom the program will ask. */
const [server = ''] = getServers()
const family = isIP(server)

if (family === 0) t.pass('skipped: there is no name server that can be played', { skip: true })
else if (await isIsolated(t, import.meta.url, [`ip addr replace ${server} dev lo`])) {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    t.test(`${signal} ends it while names are looked up`, async t => {
      const silent = createSocket(family === 6 ? 'udp6' : 'udp4')
      silent.bind(NAME_SERVER_PORT, server)
      await once(silent, 'listening')
      t.teardown(() => silent.close())
      const evenkeel = launchEvenkeel(t, ['--listen', '127.0.0.1:0', '--backend', 'db1.test:5432'])
      await once(silent, 'message')
      evenkeel.signal(signal)
      t.same(await evenkeel.exit(), { code: 0, signal: null })
      t.same({ events: evenkeel.events, stderr: evenkeel.stderr }, { events: [], stderr: '' })
    })
  }
}
