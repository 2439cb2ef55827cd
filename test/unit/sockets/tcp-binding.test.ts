import t from 'tap'
import { tcpBinding, type BindingSource } from '../../../src/sockets/tcp-binding.js'

const skip = process.platform === 'linux' ? false : 'used on Linux only'
const runtime = process as unknown as { readonly binding: BindingSource }

t.test('has all that is used of it, in the runtime that runs this', { skip }, t => {
  const binding = tcpBinding()
  t.ok(binding)
  t.type(binding?.constants.SERVER, 'number')
  t.end()
})

t.test('is not there where the runtime refuses', t => {
  t.equal(
    tcpBinding(() => {
      throw new Error('Access to this API has been restricted')
    }),
    undefined,
  )
  t.end()
})

t.test('is not there where something of it is missing', t => {
  const stream = Object(runtime.binding('stream_wrap')) as Record<string, unknown>
  const tcp = Object(runtime.binding('tcp_wrap')) as Record<string, unknown>
  const without = (name: string): unknown =>
    tcpBinding(part => ({ ...(part === 'tcp_wrap' ? tcp : stream), [name]: undefined }))
  const parts = ['TCP', 'TCPConnectWrap', 'WriteWrap', 'ShutdownWrap', 'constants', 'streamBaseState']
  for (const name of [...parts, 'kReadBytesOrError', 'kLastWriteWasAsync'])
    t.equal(without(name), undefined, name)
  class TCP {
    readonly bind = 'not a function of the prototype'
  }
  t.equal(
    tcpBinding(part => (part === 'tcp_wrap' ? { ...tcp, TCP } : stream)),
    undefined,
    'methods',
  )
  t.equal(
    tcpBinding(() => undefined),
    undefined,
    'all',
  )
  t.end()
})
