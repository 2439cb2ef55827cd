/** The soft limit of open files in the text of `/proc/self/limits`; undefined when it is not there. */
export function parseFdLimit(limits: string): number | undefined {
  const soft = /^Max open files +(\d+|unlimited)\b/m.exec(limits)?.[1]
  if (soft === undefined) return undefined
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
}
