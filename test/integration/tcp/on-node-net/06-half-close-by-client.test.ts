import { runOnNodeNet } from '../../../fixtures/on-node-net.js'

runOnNodeNet()
await import('../06-half-close-by-client.test.js')
