import type { ProblemView } from '../api/views.js'
import { formatAdminAddress, type AdminAddress } from './admin-address.js'

/** Why the admin server could not be asked, or what it refused; the message is one line for the user. */
export class AdminError extends Error {
  override readonly name = 'AdminError'

  /**
   * @param kind `unreachable`: no answer, which may be another one later; `refused`: the answer is no; `no-token`: a
   * change was not even tried
   * @param exitCode 2 when what was asked for is wrong in itself
   * @param code the system's word for why it is unreachable
   */
  constructor(
    readonly kind: 'unreachable' | 'refused' | 'no-token',
    message: string,
    readonly exitCode: 1 | 2 = 1,
    readonly code?: string,
  ) {
    super(message)
  }
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'you may not open it',
  EPERM: 'you may not open it',
  ENOTFOUND: 'no such host',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the connection broke off',
}

/** The error for an admin server that did not answer. @param code the system's, such as ECONNREFUSED */
export function unreachable(address: AdminAddress, code: string): AdminError {
  const hint = code.startsWith('HPE_')
    ? 'what listens there is no admin server of evenkeel'
    : (HINTS[code] ?? 'is evenkeel running there?')
  return new AdminError('unreachable', `--admin ${formatAdminAddress(address)}: ${code} (${hint})`, 1, code)
}

/** What went wrong with a connection, in the system's word for it. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO'
}

/** The error for an answer that is not what was asked for. */
export function refusal(
  address: AdminAddress,
  status: number,
  contentType: string,
  body: string,
): AdminError {
  const problem = contentType.startsWith('application/problem+json') ? parseProblem(body) : undefined
  if (problem === undefined) {
    const where = `--admin ${formatAdminAddress(address)}`
    return new AdminError(
      'refused',
      `${where}: answered with ${status} (is it the admin server of evenkeel?)`,
    )
  }
  const { path, detail } = problem
  const isNamed = path === undefined || detail.includes(path)
  return new AdminError('refused', isNamed ? detail : `${path}: ${detail}`, status === 422 ? 2 : 1)
}

function parseProblem(body: string): Pick<ProblemView, 'detail' | 'path'> | undefined {
  try {
    const { title, detail, path } = JSON.parse(body) as Partial<ProblemView>
    const text = detail ?? title
    if (typeof text !== 'string' || text === '') return undefined
    return { detail: text, ...(typeof path === 'string' && path !== '' && { path }) }
  } catch {
    return undefined
  }
}
