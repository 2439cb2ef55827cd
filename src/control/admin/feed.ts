/** What a stream sends, one message after the other; it belongs to the stream that opened it. */
export interface Feed {
  /** The next message, not to be changed; undefined = there is none for now. */
  next(): Uint8Array | undefined
  /** Ends it: nothing is asked of it afterwards, and it wakes nobody any more. */
  close(): void
}

/** Opens a feed that calls `wake` whenever there may be a message after there was none, but not before it returned. */
export type OpenFeed = (wake: () => void) => Feed

/** A message of a stream of server-sent events; `id` is what a client that comes back names. */
export function eventMessage(event: string, value: unknown, id?: number): string {
  const lines = [
    `event: ${event}`,
    ...(id === undefined ? [] : [`id: ${id}`]),
    `data: ${JSON.stringify(value)}`,
  ]
  return `${lines.join('\n')}\n\n`
}
