// Writes the damaged photos of the damage test into a folder, for another decoder to judge them.
// usage: node test/scripts/write-damages.ts FOLDER
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { damagesOf, damagePhotosDir } from '../worker/decode/damage/damages.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: write-damages.ts FOLDER')
for (const name of await readdir(damagePhotosDir)) {
  const whole = await readFile(path.join(damagePhotosDir, name))
  await mkdir(path.join(folder, name), { recursive: true })
  await writeFile(path.join(folder, name, 'whole'), whole)
  for (const [seed, bytes] of damagesOf(whole).entries())
    await writeFile(path.join(folder, name, String(seed)), bytes)
}
