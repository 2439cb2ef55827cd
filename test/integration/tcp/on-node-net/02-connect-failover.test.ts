import { runOnNodeNet } from '../../../fixtures/on-node-net.js'

runOnNodeNet()
await import('../02-connect-failover.test.js')
