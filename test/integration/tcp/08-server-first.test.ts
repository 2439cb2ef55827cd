import t from 'tap'
import { balanceTcp } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { quickest } from '../../fixtures/quickest.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { greet, serveTcp } from '../../fixtures/tcp-server.js'

t.test('case 8: server speaks first', async t => {
  const server = await serveTcp(t, greet('banner'))
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const took = await quickest(100, async () => {
    const silent = new TcpClient(evenkeel.port)
    t.equal((await silent.receive('banner'.length)).toString(), 'banner')
    const elapsed = performance.now() - silent.openedAt
    t.equal((await silent.end()).outcome, 'end')
    return elapsed
  })
  t.ok(took < 100, `the banner came after ${took.toFixed()} ms`)
  await noLeaks()
})
