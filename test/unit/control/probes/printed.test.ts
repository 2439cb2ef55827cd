import { PassThrough } from 'node:stream'
import t from 'tap'
import { Printed } from '../../../../src/control/probes/printed.js'
import { settled } from '../../../fixtures/fake-clock.js'

const LIMIT = 1_048_576

async function print(
  ...pieces: readonly (string | Buffer)[]
): Promise<{ output: PassThrough; printed: Printed }> {
  const output = new PassThrough()
  const printed = new Printed(output)
  for (const piece of pieces) {
    output.write(piece)
    await settled()
  }
  return { output, printed }
}

t.test('the first line with something on it', async t => {
  t.equal((await print()).printed.firstLine, '')
  t.equal((await print('\n \r\n', '\ta \x07', 'line \nmore')).printed.firstLine, 'a  line')
  t.equal((await print('ä'.repeat(100))).printed.firstLine, 'ä'.repeat(80))
  t.equal((await print(' '.repeat(4095), 'ab')).printed.firstLine, 'a', 'of the first 4 KiB')
})

t.test('no more than the limit is read while the command runs', async t => {
  const { output, printed } = await print('first\n', Buffer.alloc(LIMIT - 7))
  t.equal(output.isPaused(), false)
  output.write('x')
  await settled()
  t.equal(output.isPaused(), true)
  t.equal(output.destroyed, false, 'so the command is not told')
  printed.end()
  t.equal(output.destroyed, true, 'nobody waits for the rest')
  t.equal(printed.firstLine, 'first')
})

t.test('what is left when the command has exited is read up to the limit', async t => {
  const { output, printed } = await print('one')
  printed.end()
  output.write(' line\n')
  await settled()
  t.equal(printed.firstLine, 'one line')
  t.equal(output.destroyed, false)
  output.write(Buffer.alloc(LIMIT))
  await settled()
  t.equal(output.destroyed, true)
})

t.test('a command that was not started', t => {
  const printed = new Printed(null)
  printed.end()
  printed.close()
  t.equal(printed.firstLine, '')
  t.end()
})

t.test('is closed at once when asked to', async t => {
  const { output, printed } = await print('one')
  printed.close()
  t.equal(output.destroyed, true)
})
