// Small photos made at run time: each number is another picture.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'

/** Writes a JPEG of some 100 bytes more than its header; equal numbers give equal bytes. */
export async function writePhoto(file: string, number: number): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true })
  const background = { r: (37 * number) & 255, g: (91 * number) & 255, b: (11 * number) & 255 }
  const create = { width: 32 + (number % 5), height: 32 + (number % 3), channels: 3 as const, background }
  await writeFile(
    file,
    await sharp({ create })
      .jpeg({ quality: 50 + (number % 50) })
      .toBuffer(),
  )
  return file
}

/** `count` different photos named `000.jpg` and so on, spread over three folders. */
export async function writePhotos(folder: string, count: number): Promise<void> {
  for (let number = 0; number < count; number++)
    await writePhoto(
      path.join(folder, `part ${number % 3}`, `${String(number).padStart(3, '0')}.jpg`),
      number,
    )
}
