// CSV tables of every kind and damage: an import never hangs, never gives a photo the label of another row, and undo
// takes back all of it.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../electron/contract/errors.ts'
import { writePhotos } from '../helpers/photos.ts'
import {
  createDice,
  damageBytes,
  damageKinds,
  distinct,
  faultOf,
  listFiles,
  openAttackedCore,
  withTimeout,
  type Attack,
  type Dice,
} from './attack.ts'

const photoCount = 24
const markOf = (number: number): string => `mark-${number}-${(number * 7919 + 13) % 10007}`

const marks = new Set(Array.from({ length: photoCount }, (_, number) => markOf(number)))

const oddCells = [
  ...[
    '',
    ' ',
    '"',
    '""',
    "'=1+1",
    '=cmd|calc',
    '\u0000',
    '\u202Eevil',
    '🐕'.repeat(50),
    'a\r\nb',
    '../../x',
    'NaN',
  ],
  'x'.repeat(100_000),
]

/** A table with the marks of the photos, odd rows in between, in one of the ways in which programs write tables. */
function makeTable(names: readonly string[], dice: Dice): Buffer {
  const separator = dice.pick([',', ';', '\t'])
  const end = dice.pick(['\n', '\r\n', '\r'])
  const quote = dice.pick([true, false])
  const cell = (text: string) =>
    quote || /["\r\n,;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  const rows = [[dice.pick(['file_name', 'Image ID', 'path']), dice.pick(['label', 'class']), 'note']]
  for (const [number, name] of names.entries()) {
    rows.push([name, markOf(number), dice.pick(oddCells)])
    if (dice.random() < 0.2) rows.push([dice.pick(oddCells), dice.pick(oddCells), ''])
  }
  const text = rows.map((cells) => cells.map(cell).join(separator)).join(end)
  const encoding = dice.pick(['utf8', 'utf8', 'utf8', 'utf16le', 'latin1'] as const)
  return Buffer.from(encoding === 'latin1' ? text : `${dice.pick(['', '\uFEFF'])}${text}`, encoding)
}

export const attackWithTables: Attack = async ({ folder, count, seed }) => {
  const dice = createDice(seed)
  const photos = path.join(folder, 'photos')
  await writePhotos(photos, photoCount)
  const { client, close } = openAttackedCore(folder)
  try {
    await client.library.scan({ folders: [photos] })
    const names = (await listFiles(client, photos)).map((file) => path.basename(file.path))
    const readConfirmed = async (): Promise<{ name: string; label: string }[]> =>
      (await listFiles(client, photos)).flatMap((file) =>
        file.labels
          .filter(({ state }) => state === 'confirmed')
          .map((label) => ({ name: path.basename(file.path), label: label.name })),
      )
    const bad: string[] = []
    let [imported, refused, labels] = [0, 0, 0]
    const file = path.join(folder, 'labels.csv')
    for (let number = 0; number < count; number++) {
      const sound = makeTable(names, dice)
      const isDamaged = dice.random() < 0.7
      const bytes = isDamaged ? damageBytes(sound, dice, dice.pick(damageKinds)) : sound
      await writeFile(file, bytes)
      const ended = await withTimeout(
        60,
        client.imports
          .labels({ file, folder: photos, isApplied: true, taskId: null })
          .catch((error: unknown) => error),
      )
      if (ended === 'hangs') bad.push(`table ${number} hangs`)
      else if (ended instanceof AppError) {
        refused++
        const fault = ended.code === 'internal' ? `internal: ${ended.message}` : faultOf(ended.message)
        if (fault !== null) bad.push(fault)
      } else if (ended instanceof Error) bad.push(`table ${number}: ${ended.message}`)
      else imported++
      const lines = bytes
        .toString('latin1')
        .replaceAll('\u0000', '')
        // A name that differs in case alone, as after one flipped bit, is found where no other one is meant.
        .toLowerCase()
        .split(/[\r\n]+/)
      const confirmed = await readConfirmed()
      labels += confirmed.length
      for (const { name, label } of confirmed)
        if (
          marks.has(label) &&
          !lines.some((line) => line.includes(name.toLowerCase()) && line.includes(label))
        )
          bad.push(`table ${number}: ${name} got ${label} of another row`)
      if (confirmed.length > 0) await client.history.undo({})
      if ((await readConfirmed()).length > 0) bad.push(`table ${number}: undo left labels`)
    }
    return {
      tried: `${count} tables, 7 of 10 damaged`,
      held: `${imported} imported, ${refused} refused with a sentence; ${labels} labels, each of its own row, all undone`,
      bad: distinct(bad),
    }
  } finally {
    await close()
  }
}
