/** What binding `::` fails with on a machine without IPv6. */
const WITHOUT_IPV6: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])

/** Binds all addresses: `::`, which takes IPv4 as well, or those of IPv4 alone where there is no IPv6. */
export async function bindEverywhere<Bound>(bind: (host: string) => Promise<Bound>): Promise<Bound> {
  try {
    return await bind('::')
  } catch (error) {
    if (!WITHOUT_IPV6.has(codeOf(error))) throw error
    return bind('0.0.0.0')
  }
}

/** The system's code of an error, such as EADDRINUSE. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
