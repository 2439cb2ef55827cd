import t from 'tap'
import { balanceTcp, freshEcho, loggedAt, PROBED, transitions } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { nameFor, TcpClient } from '../../fixtures/tcp-client.js'
import { echo, greet, say, serveTcp } from '../../fixtures/tcp-server.js'

const FAILBACK_DELAY = 1000

t.jobs = 3

t.test('primary to backup and back after the failback delay', { buffered: true }, async t => {
  const primary = await serveTcp(t, say('primary'))
  const backup = await serveTcp(t, greet('backup'))
  const backends = [`${primary.address},name=first`, `${backup.address},name=second,backup`]
  const evenkeel = await balanceTcp(t, backends, [...PROBED, '--failback-delay', `${FAILBACK_DELAY}ms`])
  const noLeaks = watchForLeaks(t, evenkeel)
  await Promise.all(['first', 'second'].map(name => evenkeel.backendState(name, 'up')))
  t.equal((await evenkeel.service()).failover, 'primary')
  for (let count = 0; count < 5; count++) t.equal(await nameFor(evenkeel.port), 'primary')

  primary.stop()
  await evenkeel.event('failover', ({ to }) => to === 'backup')
  t.equal(await evenkeel.metric('evenkeel_failover_state', { state: 'backup' }), 1)
  const onBackup = new TcpClient(evenkeel.port)
  t.equal((await onBackup.receive(6)).toString(), 'backup')

  await primary.start()
  const returning = await evenkeel.event('failover', ({ to }) => to === 'returning')
  const patient = new TcpClient(evenkeel.port)
  t.equal((await patient.receive(6)).toString(), 'backup', 'while returning, backups serve')
  t.equal((await evenkeel.service()).failover, 'returning')
  const returned = await evenkeel.event(
    'failover',
    ({ from, to }) => from === 'returning' && to === 'primary',
  )
  const took = loggedAt(returned) - loggedAt(returning)
  t.ok(took >= FAILBACK_DELAY - 100 && took < FAILBACK_DELAY + 500, `returned after ${took} ms`)
  for (let count = 0; count < 5; count++) t.equal(await nameFor(evenkeel.port), 'primary')

  for (const client of [onBackup, patient]) t.match(await client.end(), { outcome: 'end' })
  t.equal(await evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'backend-down' }), 0)
  t.same(transitions(evenkeel), ['primary-backup', 'backup-returning', 'returning-primary'])
  await noLeaks()
})

t.test('a primary that falls again while returning stays out', { buffered: true }, async t => {
  const primary = await serveTcp(t, say('primary'))
  const backup = await serveTcp(t, say('backup'))
  const backends = [primary.address, `${backup.address},backup`]
  const evenkeel = await balanceTcp(t, backends, [...PROBED, '--failback-delay', '1h'])
  const noLeaks = watchForLeaks(t, evenkeel)
  await Promise.all([primary, backup].map(({ address }) => evenkeel.backendState(address, 'up')))
  primary.stop()
  await evenkeel.event('failover', ({ to }) => to === 'backup')
  await primary.start()
  await evenkeel.event('failover', ({ to }) => to === 'returning')
  t.equal(await nameFor(evenkeel.port), 'backup')
  primary.stop()
  await evenkeel.event('failover', ({ from, to }) => from === 'returning' && to === 'backup')
  t.equal(await nameFor(evenkeel.port), 'backup')

  await primary.start()
  await evenkeel.until(
    () => Promise.resolve(transitions(evenkeel).length),
    count => count === 4,
  )
  backup.stop()
  await evenkeel.event('failover', ({ from, to }) => from === 'returning' && to === 'primary')
  t.equal(await nameFor(evenkeel.port), 'primary', 'no delay leaves clients without a backend')
  await noLeaks()
})

t.test('without a delay traffic returns at once', { buffered: true }, async t => {
  const primary = await serveTcp(t, echo)
  const backup = await serveTcp(t, say('backup'))
  const evenkeel = await balanceTcp(t, [primary.address, `${backup.address},backup`], PROBED)
  const noLeaks = watchForLeaks(t, evenkeel)
  await Promise.all([primary, backup].map(({ address }) => evenkeel.backendState(address, 'up')))
  primary.stop()
  await evenkeel.event('failover', ({ to }) => to === 'backup')
  await primary.start()
  await evenkeel.event('failover', ({ from, to }) => from === 'backup' && to === 'primary')
  await freshEcho(t, evenkeel)
  t.same(transitions(evenkeel), ['primary-backup', 'backup-primary'])
  await noLeaks()
})
