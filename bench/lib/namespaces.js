import { execFileSync } from 'node:child_process'
import { FIRST_PORT } from './ports.js'

/** @import { Network } from './network.js' */

/** Namespaces of ours alone: no address outside of them matters. */
const CLIENT = '10.83.1.1'
const BALANCER_TO_CLIENT = '10.83.1.2'
const BALANCER_TO_BACKENDS = '10.83.2.1'
const BACKENDS = '10.83.2.2'
/** The way through the one that balances in the kernel. */
const CLIENT_TO_ROUTER = '10.84.1.1'
const ROUTER_TO_CLIENT = '10.84.1.2'
const ROUTER_TO_BACKENDS = '10.84.2.1'
const BACKENDS_TO_ROUTER = '10.84.2.2'
const MANY_BACKENDS = '10.90'
const MANY_CLIENTS = '10.91'

/**
 * One client address has 28,000 ports, and a connection that it was the first to close keeps one for a minute: a few
 * seconds of short connections would use them all up, and the search for a free one would be what is measured.
 */
const TIME_WAITS = 1_000

/**
 * Three network namespaces in a row, joined by two pairs of veth, with everything as the system sets it up, but that few
 * connections are kept in TIME_WAIT; the one in the middle forwards, for those clients that pass the balancer by. Another
 * one beside it is for balancing in the kernel: what a ruleset costs is to be no one else's cost. Needs root. Throws when
 * they cannot be made.
 * @param {{ ip: string, nsenter: string }} programs
 * @returns {Network}
 */
export function openNamespaces({ ip, nsenter }) {
  const client = `evenkeel-bench-${process.pid}-client`
  const balancer = `evenkeel-bench-${process.pid}-balancer`
  const router = `evenkeel-bench-${process.pid}-router`
  const backends = `evenkeel-bench-${process.pid}-backends`
  /** @type {string[]} */
  const made = []
  const close = () => {
    for (const name of made.splice(0)) run(ip, ['netns', 'delete', name])
  }
  /** @param {string} name */
  const prefix = name => [nsenter, `--net=/var/run/netns/${name}`, '--']

  try {
    for (const name of [client, balancer, router, backends]) {
      run(ip, ['netns', 'add', name])
      made.push(name)
      run(ip, ['-n', name, 'link', 'set', 'lo', 'up'])
    }
    join(ip, [client, CLIENT], [balancer, BALANCER_TO_CLIENT])
    join(ip, [balancer, BALANCER_TO_BACKENDS], [backends, BACKENDS])
    join(ip, [client, CLIENT_TO_ROUTER], [router, ROUTER_TO_CLIENT])
    join(ip, [router, ROUTER_TO_BACKENDS], [backends, BACKENDS_TO_ROUTER])
    run(ip, ['-n', router, 'route', 'add', `${BACKENDS}/32`, 'via', BACKENDS_TO_ROUTER])
    run(ip, ['-n', router, 'route', 'add', `${MANY_BACKENDS}.0.0/16`, 'via', BACKENDS_TO_ROUTER])
    run(ip, ['-n', router, 'route', 'add', `${MANY_CLIENTS}.0.0/16`, 'via', CLIENT_TO_ROUTER])
    run(ip, ['-n', client, 'route', 'add', 'default', 'via', BALANCER_TO_CLIENT])
    run(ip, ['-n', backends, 'route', 'add', 'default', 'via', BALANCER_TO_BACKENDS])
    run(ip, ['-n', balancer, 'route', 'add', `${MANY_BACKENDS}.0.0/16`, 'via', BACKENDS])
    run(ip, ['-n', backends, 'route', 'add', 'local', `${MANY_BACKENDS}.0.0/16`, 'dev', 'lo'])
    run(ip, ['-n', client, 'route', 'add', 'local', `${MANY_CLIENTS}.0.0/16`, 'dev', 'lo'])
    /** @type {(namespace: string, setting: string, value: number) => void} */
    const set = (namespace, setting, value) => {
      const [command = nsenter, ...words] = prefix(namespace)
      run(command, [...words, 'sh', '-c', `echo ${value} > /proc/sys/net/ipv4/${setting}`])
    }
    for (const namespace of [balancer, router]) set(namespace, 'ip_forward', 1)
    for (const namespace of [client, balancer, router]) set(namespace, 'tcp_max_tw_buckets', TIME_WAITS)
  } catch (error) {
    close()
    throw error
  }

  let lastPort = FIRST_PORT
  return {
    kind: 'namespaces',
    client: { host: CLIENT, prefix: prefix(client) },
    balancer: { host: BALANCER_TO_CLIENT, prefix: prefix(balancer) },
    router: { host: ROUTER_TO_CLIENT, prefix: prefix(router) },
    backends: { host: BACKENDS, prefix: prefix(backends) },
    note: undefined,
    freePort: () => Promise.resolve(++lastPort),
    backendAddress: index => `${MANY_BACKENDS}.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    clientAddress: index => `${MANY_CLIENTS}.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    close,
  }
}

/**
 * @param {string} ip
 * @param {readonly [namespace: string, address: string]} left
 * @param {readonly [namespace: string, address: string]} right
 */
function join(ip, [left, leftAddress], [right, rightAddress]) {
  // Made within a namespace, so that the names of the ends cannot clash with those of the machine.
  const [near, far] = [`to-${right.split('-').at(-1)}`, `to-${left.split('-').at(-1)}`]
  run(ip, ['-n', left, 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', right])
  for (const [namespace, device, address] of /** @type {const} */ ([
    [left, near, leftAddress],
    [right, far, rightAddress],
  ])) {
    run(ip, ['-n', namespace, 'address', 'add', `${address}/24`, 'dev', device])
    run(ip, ['-n', namespace, 'link', 'set', device, 'up'])
  }
}

/**
 * @param {string} file
 * @param {readonly string[]} args
 */
function run(file, args) {
  execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
