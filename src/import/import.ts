import type { Draft } from './draft.js'
import { importGobetween } from './gobetween/gobetween.js'
import { importHaproxy } from './haproxy/haproxy.js'
import { importNginx } from './nginx/nginx.js'
import { Notes } from './notes.js'
import { print } from './print.js'
import { settle } from './settle.js'
import { FORMAT_TITLES, LARGEST_SOURCE, recogniseFormat, type SourceFormat } from './source-format.js'

/** A file of another balancer. */
export interface Source {
  /** As it is called in notes. */
  readonly name: string
  readonly text: string
  /** undefined = found out by content and name. */
  readonly format: SourceFormat | undefined
}

/** What became of it. */
export interface Imported {
  /** The text of a config file in YAML; undefined when there was nothing to carry over. */
  readonly yaml: string | undefined
  /** What was not carried over, as `haproxy.cfg:12: option tcplog: …`. */
  readonly notes: readonly string[]
}

const READERS: Readonly<Record<SourceFormat, (text: string, notes: Notes) => Draft | Promise<Draft>>> = {
  haproxy: importHaproxy,
  gobetween: importGobetween,
  nginx: importNginx,
}

/** Turns the file of another balancer into a config file. Rejects with an ImportError when it cannot be read as its format. */
export async function importConfig({ name, text, format }: Source): Promise<Imported> {
  const notes = new Notes(name)
  if (text.length > LARGEST_SOURCE) throw notes.unreadable(undefined, 'larger than 1 MiB')
  if (text.includes('\0')) throw notes.unreadable(undefined, 'not a text file')
  const kind = format ?? recogniseFormat(name, text)
  if (kind === undefined) {
    throw notes.unreadable(undefined, 'neither of HAProxy, gobetween nor nginx (--from says which it is)')
  }
  const draft = settle(await READERS[kind](text.replace(/^\uFEFF/, ''), notes), notes)
  const comment = [
    `Carried over from ${name.replace(/\p{C}/gu, '?')} (${FORMAT_TITLES[kind]}) by evenkeel import.`,
    'What could not be carried over was told while it was made.',
  ]
  return {
    yaml: draft.services.length === 0 ? undefined : await print(draft, comment),
    notes: notes.lines(),
  }
}
