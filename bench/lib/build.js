import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes sure a checkout is built; throws an Error for people when it is not.
 * @param {string} root
 * @returns {string | undefined} a warning when the sources have changed since
 */
export function checkBuild(root) {
  const dist = join(root, 'dist')
  if (!existsSync(join(dist, 'main.js')))
    throw new Error(`${dist} is missing: run \`npm run build\` there first`)
  if (newest(join(root, 'src')) <= newest(dist)) return undefined
  return `${dist} is older than the sources: did you run \`npm run build\` there?`
}

/** @param {string} directory */
function newest(directory) {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return Math.max(...files.map(file => statSync(join(directory, file)).mtimeMs))
}
