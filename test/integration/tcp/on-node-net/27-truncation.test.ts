import { runOnNodeNet } from '../../../fixtures/on-node-net.js'

runOnNodeNet()
await import('../27-truncation.test.js')
