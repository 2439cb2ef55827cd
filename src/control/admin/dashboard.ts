import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { problem } from './answer.js'
import type { Answer } from './answer.js'

/** Where the build puts the page. */
const PAGE = new URL('../../dashboard/index.html', import.meta.url)

/** Answers with the dashboard; the file is read when it is first asked for, and kept. */
export function dashboard(page: URL = PAGE): () => Promise<Answer> {
  let read: Promise<Answer> | undefined
  return async () => {
    read ??= readFile(page, 'utf8').then(answerWith)
    try {
      return await read
    } catch (error) {
      read = undefined
      const code = (error as NodeJS.ErrnoException).code ?? String(error)
      return problem(503, `the dashboard cannot be read (${code}): it is made by npm run build`)
    }
  }
}

/** The page may run its own script and style, and talk to where it came from: nothing else. */
function answerWith(body: string): Answer {
  const policy = [
    `default-src 'none'`,
    `script-src ${hashes(body, 'script')}`,
    `style-src ${hashes(body, 'style')}`,
    `connect-src 'self'`,
    'img-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ]
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  }
  return { status: 200, headers, body }
}

/** The sources of a directive: what each such element of the page holds, by hash. */
function hashes(page: string, element: 'script' | 'style'): string {
  const texts = [...page.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(
    ([, text = '']) => text,
  )
  if (texts.length === 0) return `'none'`
  return texts.map(text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ')
}
