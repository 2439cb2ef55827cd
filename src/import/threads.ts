/**
 * The `workers` for a number of threads or `auto`; undefined for one. Any other number becomes `auto`, which is right on
 * every machine and runtime, where a number may be refused.
 */
export function readThreads(text: string, tell: (why: string) => void): 'auto' | undefined {
  const isNumber = /^\d+$/.test(text)
  if (!isNumber && text !== 'auto') tell('not a number of threads')
  if (!isNumber) return text === 'auto' ? text : undefined
  if (Number(text) <= 1) return undefined
  tell(`workers: auto is used, one thread a core; ${text} needs Node.js 22.12 or newer`)
  return 'auto'
}
