/** The formats that can be read, by the names of `--from`. */
export const SOURCE_FORMATS = ['haproxy', 'gobetween', 'nginx'] as const
export type SourceFormat = (typeof SOURCE_FORMATS)[number]

/** The largest file that is read, in bytes: no more than evenkeel's own may have. */
export const LARGEST_SOURCE = 1024 * 1024

export const FORMAT_TITLES: Readonly<Record<SourceFormat, string>> = {
  haproxy: 'HAProxy',
  gobetween: 'gobetween',
  nginx: 'nginx',
}

/** Whether a text has what only one of them has. */
const CONTENT: Readonly<Record<SourceFormat, (text: string) => boolean>> = {
  haproxy: text => HAPROXY.test(text),
  gobetween: text => GOBETWEEN.test(text) || (text.trimStart().startsWith('{') && text.includes('"servers"')),
  nginx: text => NGINX.test(text),
}

const HAPROXY =
  /^[ \t]*(?:global|defaults|(?:listen|frontend|backend)[ \t]+[\w.:-]+)(?:[ \t]+[^{};\n]*)?\r?$/m
const GOBETWEEN = /^[ \t]*\[[ \t]*(?:servers\b|defaults[ \t]*\])/m
const NGINX = /^[ \t]*(?:stream|http|events|server|upstream[ \t]+[^\s{}]{1,200})[ \t]*(?:\{|\r?$)/m

const FILE_NAMES: Readonly<Record<SourceFormat, RegExp>> = {
  haproxy: /haproxy|\.hap$/i,
  gobetween: /gobetween|\.(toml|json)$/i,
  nginx: /nginx|\.conf$/i,
}

/** What a file is by its content, or by its name where that leaves a doubt; undefined when neither tells. */
export function recogniseFormat(name: string, text: string): SourceFormat | undefined {
  const byContent = SOURCE_FORMATS.filter(format => CONTENT[format](text))
  if (byContent.length === 1) return byContent[0]
  const candidates = byContent.length === 0 ? SOURCE_FORMATS : byContent
  return candidates.find(format => FILE_NAMES[format].test(name)) ?? byContent[0]
}
