import type { HistoryView, JournalEntry } from '../../api/views.js'

/** The last 15 minutes; undefined = they cannot be had. */
export function readHistory(): Promise<HistoryView | undefined> {
  return read<HistoryView>('api/v1/history')
}

/** The last events, oldest first; none when they cannot be had. */
export async function readJournal(): Promise<readonly JournalEntry[]> {
  const journal = await read<{ readonly entries: readonly JournalEntry[] }>('api/v1/journal?limit=200')
  return journal?.entries ?? []
}

/** The stream that is open beside this says whether the server is there. */
async function read<T>(path: string): Promise<T | undefined> {
  try {
    const response = await fetch(path)
    return response.ok ? ((await response.json()) as T) : undefined
  } catch {
    return undefined
  }
}
