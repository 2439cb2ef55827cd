import { runOnNodeNet } from '../../../fixtures/on-node-net.js'

runOnNodeNet()
await import('../01-exactness.test.js')
