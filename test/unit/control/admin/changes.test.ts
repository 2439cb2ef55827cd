import t from 'tap'
import {
  addBackend,
  changeBackend,
  killSessions,
  reload,
  removeBackend,
} from '../../../../src/control/admin/changes.js'
import type { Respond } from '../../../../src/control/admin/reply.js'
import { ChangeRefused, type Changes } from '../../../../src/control/admin/source.js'
import { adminSource, backendNamed } from '../../../fixtures/admin-source.js'
import { callOf, servedFrom } from '../../../fixtures/admin-call.js'

const CHANGED = { services: { added: [], removed: [], changed: [] } }

/** Makes a change that the source takes or refuses, and says what it was asked. */
async function make(
  respond: Respond,
  body: string,
  refusal?: Error,
): Promise<{ answer: unknown; asked: unknown[] }> {
  const asked: unknown[] = []
  const taking =
    <T>(name: string, value: T) =>
    (...told: unknown[]): Promise<T> => {
      asked.push(name, ...told)
      return refusal === undefined ? Promise.resolve(value) : Promise.reject(refusal)
    }
  const changes = {
    addBackend: taking('add', backendNamed('db3')),
    changeBackend: taking('change', backendNamed('db1')),
    removeBackend: taking('remove', undefined),
    killSessions: taking('kill', undefined),
    reload: taking('reload', CHANGED),
  } as unknown as Changes
  const call = callOf({ parameters: ['postgres', 'db1'], body })
  return { answer: await respond(servedFrom(adminSource([], { changes })), call), asked }
}

t.test('each change is handed on, and answered with what it made', async t => {
  const added = await make(addBackend, '{"address":"x"}')
  t.strictSame(added.asked, ['add', 'postgres', { address: 'x' }])
  t.match(added.answer, { status: 201, body: JSON.stringify(backendNamed('db3')) })
  const changed = await make(changeBackend, '{"weight":3}')
  t.strictSame(changed.asked, ['change', 'postgres', 'db1', { weight: 3 }])
  t.match(changed.answer, { status: 200, body: JSON.stringify(backendNamed('db1')) })
  const removed = await make(removeBackend, 'whatever')
  t.strictSame(removed, {
    answer: { status: 204, headers: {}, body: '' },
    asked: ['remove', 'postgres', 'db1'],
  })
  const killed = await make(killSessions, '')
  t.strictSame(killed, { answer: { status: 204, headers: {}, body: '' }, asked: ['kill', 'postgres', 'db1'] })
  const reloaded = await make(reload, '')
  t.strictSame(reloaded.asked, ['reload'])
  t.match(reloaded.answer, { status: 200, body: JSON.stringify(CHANGED) })
})

t.test('a body that is no object is refused before anybody is asked', async t => {
  for (const respond of [addBackend, changeBackend]) {
    t.match(await make(respond, '[]'), { answer: { status: 422 }, asked: [] })
  }
})

t.test('a refusal has the status of its kind, and the path of the value', async t => {
  for (const [kind, status] of [
    ['unknown', 404],
    ['invalid', 422],
    ['conflict', 409],
  ] as const) {
    for (const respond of [addBackend, changeBackend, removeBackend, killSessions, reload]) {
      const { answer } = await make(respond, '{}', new ChangeRefused(kind, 'not like this', 'weight'))
      const { body } = answer as { body: string }
      t.match(answer, { status, headers: { 'Content-Type': /problem\+json/ } })
      t.match(JSON.parse(body), { status, detail: 'not like this', path: 'weight' })
    }
  }
  const { answer } = await make(reload, '', new ChangeRefused('conflict', 'one is under way'))
  t.notOk('path' in (JSON.parse((answer as { body: string }).body) as object))
})

t.test('any other error is passed on', async t => {
  await t.rejects(make(reload, '', new Error('a bug')), { message: 'a bug' })
})
