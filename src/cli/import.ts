import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { Option, type Command } from 'commander'
import { ConfigError } from '../config/config-error.js'
import { ImportError } from '../import/import-error.js'
import { LARGEST_SOURCE, SOURCE_FORMATS, type SourceFormat } from '../import/source-format.js'
import type { Output } from './actions.js'

const EXAMPLES = `
Examples:
  evenkeel import /etc/haproxy/haproxy.cfg > evenkeel.yaml
  evenkeel import --from nginx stream.d/dns.conf
`

/** Adds `import`: prints a config file made from that of another balancer, and on stderr what it could not carry over. */
export function addImportCommand(program: Command, output: Output): void {
  program
    .command('import')
    .summary('turn the file of HAProxy, nginx or gobetween into a config file')
    .description(
      'Prints a config file made from that of HAProxy, of nginx (stream) or of gobetween, and tells on stderr, line by line, what it could not carry over.',
    )
    .argument('<file>', 'haproxy.cfg, nginx.conf, gobetween.toml or its JSON')
    .optionsGroup('Import:')
    .addOption(
      new Option('--from <format>', 'what the file is (default: found out by its content and name)').choices(
        SOURCE_FORMATS,
      ),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, { from }: { readonly from?: SourceFormat }) => {
      const { importConfig } = await import('../import/import.js')
      const name = basename(file)
      const { yaml, notes } = await importConfig({ name, text: await readText(file), format: from })
      for (const note of notes) output.stderr(`${note}\n`)
      if (yaml === undefined) throw new ImportError(`${name}: nothing in it can be carried over`)
      output.stdout(yaml)
    })
}

/** Reads no more than is needed to know that a file is too large. */
async function readText(path: string): Promise<string> {
  try {
    const file = await open(path)
    try {
      const chunks: Uint8Array[] = []
      let length = 0
      for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>) {
        chunks.push(chunk)
        length += chunk.length
        if (length > LARGEST_SOURCE) throw new ImportError(`${basename(path)}: larger than 1 MiB`)
      }
      return Buffer.concat(chunks).toString('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof ImportError) throw error
    const { code = 'EIO' } = error as NodeJS.ErrnoException
    throw new ConfigError('import', path, `cannot be read (${code})`)
  }
}
