// Which files of a folder belong to one shot: a RAW file and the JPEG or HEIC beside it, a picture and its short video.
import { formatOfName } from '../../contract/formats.ts'
import type { ShownOfPair } from '../../contract/library.ts'

/** Of live photos and their likes. */
const videoEndings = new Set(['mov', 'mp4'])

/** Whether it is called like the short video of a photo. */
export const isVideoName = (name: string): boolean =>
  videoEndings.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase())

type Kind = 'raw' | 'picture' | 'video'

function kindOf(name: string): Kind | null {
  const format = formatOfName(name)
  if (format === 'raw') return 'raw'
  if (format === 'jpeg' || format === 'heic') return 'picture'
  return isVideoName(name) ? 'video' : null
}

/**
 * Returns for each file that is not shown itself the one that is: files that have the same name but for their ending. Of
 * several JPEGs and HEICs of one name the first is taken; each of the others is a photo of its own.
 * @param names of the files of one folder.
 */
export function findCompanions(names: Iterable<string>, shown: ShownOfPair): Map<string, string> {
  const groups = new Map<string, Record<Kind, string[]>>()
  for (const name of names) {
    const dot = name.lastIndexOf('.')
    const kind = dot < 1 ? null : kindOf(name)
    if (kind === null) continue
    const stem = name.slice(0, dot)
    const group = groups.get(stem) ?? { raw: [], picture: [], video: [] }
    groups.set(stem, group)
    group[kind].push(name)
  }
  const companions = new Map<string, string>()
  for (const { raw, picture, video } of groups.values()) {
    const [first, second] = shown === 'raw' ? [raw, picture] : [jpegFirst(picture), raw]
    const main = first[0] ?? second[0]
    if (main === undefined) continue
    const others = first.length === 0 ? [] : second
    for (const name of [...others, ...video]) companions.set(name, main)
  }
  return companions
}

const jpegFirst = (names: readonly string[]): string[] =>
  names.toSorted((a, b) => Number(formatOfName(a) !== 'jpeg') - Number(formatOfName(b) !== 'jpeg'))
