import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const HERE = new URL('./', import.meta.url)
const OUT = new URL('../../dist/dashboard/', HERE)
const ROOT = new URL('../../', HERE).pathname

/** Bundles the page with all it needs into one file that asks nobody for anything. */
const { outputFiles, metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/dashboard/main.tsx', 'src/dashboard/style/main.css'],
  outdir: 'dist/dashboard',
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: 'iife',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  tsconfig: 'src/dashboard/tsconfig.json',
  legalComments: 'none',
  logLevel: 'warning',
})

const page = [
  ['<script></script>', element('script', textOf('.js'))],
  ['<style></style>', element('style', textOf('.css'))],
  ['<html lang="en">', `<html lang="en">\n<!--\n${await notices()}\n-->`],
].reduce(
  // A function, since `$&` in the bundle is no pattern.
  (text, [place = '', content = '']) => text.replace(place, () => content),
  await readFile(new URL('page.html', HERE), 'utf8'),
)
await mkdir(OUT, { recursive: true })
await writeFile(new URL('index.html', OUT), page)

/** @param {string} extension */
function textOf(extension) {
  const file = outputFiles.find(({ path }) => path.endsWith(extension))
  if (file === undefined) throw new Error(`the bundle has no ${extension} file`)
  return file.text
}

/** @param {string} name @param {string} text */
function element(name, text) {
  if (new RegExp(`</?${name}|<!--`, 'i').test(text)) throw new Error(`the bundle would end its ${name} early`)
  return `<${name}>${text}</${name}>`
}

/** The licences of what was bundled, as they ask for. */
async function notices() {
  const names = new Set(
    Object.keys(metafile.inputs).flatMap(
      path => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.slice(1) ?? [],
    ),
  )
  const texts = [...names].sort().map(async name => {
    const licence = await readFile(new URL(`node_modules/${name}/LICENSE`, `file://${ROOT}`), 'utf8')
    return `${name}\n\n${licence.trim()}`
  })
  return (await Promise.all(texts)).join('\n\n').replaceAll('--', '- -')
}
