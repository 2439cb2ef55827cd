/** Error codes of a connection that are ours, not the backend's: no descriptor, port, buffer or memory left, or forbidden here. */
const LOCAL_CODES: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'ENOBUFS',
  'ENOMEM',
  'EACCES',
  'EPERM',
  'EAGAIN',
])

/** Whether an error code tells of our own lack of resources or permission, which no backend is blamed for. */
export function isLocalTrouble(code: string): boolean {
  return LOCAL_CODES.has(code)
}
