import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Where the token of the process with this admin address may be, best first. */
export function tokenPaths(
  address:
    | { readonly kind: 'inet'; readonly host: string; readonly port: number }
    | { readonly kind: 'unix'; readonly path: string },
): readonly string[] {
  const text = address.kind === 'unix' ? address.path : `${address.host}:${address.port}`
  const { uid } = userInfo()
  const name = `${text.replace(/[^\w.-]/g, '_')}.token`
  return [join(`/run/user/${uid}/evenkeel`, name), join(tmpdir(), `evenkeel-${uid}`, name)]
}
