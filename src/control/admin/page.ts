import type { Answer } from './answer.js'

/** A page that is whole by itself: it asks nothing of others. */
export interface Page {
  readonly html: string
  /** What it may do: the value of its Content-Security-Policy. */
  readonly policy: string
}

/** The page as an answer that no other page can put in a frame. */
export function pageAnswer({ html, policy }: Page): Answer {
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
      'Referrer-Policy': 'no-referrer',
      'X-Frame-Options': 'DENY',
    },
    body: html,
  }
}
