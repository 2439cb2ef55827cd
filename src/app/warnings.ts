import type { Resolved } from './resolve.js'

/** What an operator should know of a configuration that holds nevertheless. */
export function describeWarning(warning: Resolved['warnings'][number]): string {
  const { path, asked } = warning
  if (warning.flag === '--workers') {
    const { cores } = warning
    return `${path} ${asked} is many for ${cores} cores: more threads than cores only get in each other's way`
  }
  return `${path} ${asked} is more than the limit of open files allows: ${warning.allowed}`
}
