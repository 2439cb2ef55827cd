import { runOnNodeNet } from '../../../fixtures/on-node-net.js'

runOnNodeNet()
await import('../13-slow-readers.test.js')
