import { createHash } from 'node:crypto'
import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** Whose runtime directory it is, and where such directories are. */
export interface RuntimeUser {
  readonly env: Readonly<Record<string, string | undefined>>
  /** undefined = the system has no user ids. */
  readonly uid: number | undefined
  /** The system's own place: `/run`. */
  readonly run: string
  /** Where everybody may write. */
  readonly temporary: string
}

/** Where an admin server listens, or is to be found. */
export type RuntimeAddress =
  | { readonly kind: 'inet'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }

/** The user of this process. */
export function thisUser(): RuntimeUser {
  return { env: process.env, uid: process.getuid?.(), run: '/run', temporary: tmpdir() }
}

interface Place {
  readonly directory: string
  /** `ready` = it was made for us; what others may do in a directory of ours: not write, or nothing at all. */
  readonly kind: 'ready' | 'ours' | 'ours-alone'
}

/** What others must not be allowed, by the kind of place. */
const FORBIDDEN = { ours: 0o022, 'ours-alone': 0o077 } as const

const WILDCARD: readonly string[] = ['*', '::', '0.0.0.0']

/**
 * The files that may hold the token of the admin server at an address, the likeliest first: in each of the places of
 * {@link runtimeDirectory} those for all that a server which is reached here may have been told to bind.
 */
export function tokenPaths(address: RuntimeAddress, user: RuntimeUser = thisUser()): readonly string[] {
  const names = new Set(boundAs(address).map(tokenName))
  return places(user).flatMap(({ directory }) => [...names].map(name => join(directory, name)))
}

/** The name of the file with the token of a server that was told to bind this address; its port is the bound one. */
export function tokenName(address: RuntimeAddress): string {
  if (address.kind === 'unix') {
    const hash = createHash('sha256').update(resolve(address.path)).digest('hex')
    return `unix-${hash.slice(0, 32)}.token`
  }
  const host = WILDCARD.includes(address.host) ? 'any' : address.host.toLowerCase()
  return `${host.replaceAll(/[^a-z\d.-]/g, '_')}-${address.port}.token`
}

/**
 * The directory for files that are the user's alone; what is missing of it is made with mode 0700. It is the first that
 * can be had of systemd's RUNTIME_DIRECTORY, `evenkeel` in XDG_RUNTIME_DIR, /run/evenkeel (for root), `evenkeel` in
 * /run/user/UID, and `evenkeel-UID` in the temporary directory. Throws why it cannot have the last one.
 */
export function runtimeDirectory(user: RuntimeUser = thisUser()): string {
  let last: unknown
  for (const place of places(user)) {
    try {
      claim(place, user.uid)
      return place.directory
    } catch (error) {
      last = error
    }
  }
  throw last
}

function places({ env, uid, run, temporary }: RuntimeUser): readonly Place[] {
  // systemd names several where the unit does.
  const given = env['RUNTIME_DIRECTORY']?.split(':')[0] ?? ''
  const session = env['XDG_RUNTIME_DIR'] ?? ''
  const all: readonly Place[] = [
    { directory: given, kind: 'ready' },
    { directory: session === '' ? '' : join(session, 'evenkeel'), kind: 'ours' },
    { directory: join(run, 'evenkeel'), kind: 'ours' },
    { directory: uid === undefined ? '' : join(run, 'user', String(uid), 'evenkeel'), kind: 'ours' },
    { directory: join(temporary, `evenkeel-${uid ?? 'user'}`), kind: 'ours-alone' },
  ]
  const absolute = all.filter(({ directory }) => directory.startsWith('/'))
  return absolute.filter(
    ({ directory }, index) => absolute.findIndex(place => place.directory === directory) === index,
  )
}

/** Makes sure of a place, or throws what is wrong with it. */
function claim({ directory, kind }: Place, uid: number | undefined): void {
  if (kind === 'ready') return accessSync(directory, constants.W_OK)
  try {
    mkdirSync(directory, { mode: 0o700 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  // Not what a link leads to: somebody else may have made it.
  const found = lstatSync(directory)
  if (!found.isDirectory()) throw new Error(`${directory} is no directory`)
  if (uid !== undefined && found.uid !== uid) throw new Error(`${directory} belongs to somebody else`)
  if ((found.mode & FORBIDDEN[kind]) !== 0) throw new Error(`${directory} is open to others`)
}

/** What else a server on the loopback may have been told to bind. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  '127.0.0.1': ['localhost'],
  '::1': ['localhost'],
}

/** What a server may have been told to bind that is reached at this address. */
function boundAs(address: RuntimeAddress): readonly RuntimeAddress[] {
  if (address.kind === 'unix') return [address]
  const host = WILDCARD.includes(address.host) ? 'localhost' : address.host.toLowerCase()
  return [host, ...(OTHER_NAMES[host] ?? []), '*'].map(name => ({ ...address, host: name }))
}
