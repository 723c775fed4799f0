// Which files are written so that every program finds the keywords of a photo: of a pair, each of the two has its own.
//
// [Note: sidecar names] digiKam, darktable and Immich look for `IMG.NEF.xmp`, Lightroom, Bridge and Capture One for
// `IMG.xmp`, and for that of RAW files alone. So a RAW file that has no sidecar yet gets both, but `IMG.xmp` only where no
// other photo could be meant by it. Where one is there already, no other is made up beside it.
import type { KeywordTarget, KeywordWriteKind } from '../../contract/keywords.ts'
import { formatOfName, type PhotoFormat } from '../../contract/formats.ts'
import type { Store } from '../store/db.ts'

/** Formats whose pixels can be compared apart from the rest, so that nothing but keywords can have changed. */
const writableFormats: ReadonlySet<PhotoFormat> = new Set(['jpeg', 'png', 'webp', 'heic', 'avif', 'tiff'])

export interface KeywordFile {
  /** The photo's file. */
  readonly path: string
  /** The file that is written. */
  readonly target: string
  readonly kind: KeywordWriteKind
  readonly isInsteadOfFile: boolean
}

type Sidecars = ReturnType<Store['metadata']['sidecarsOf']>

/**
 * Returns what is written for a photo.
 * @param files the file that is shown, and those that belong to it; videos among them get nothing.
 */
export function targetsOf(store: Store, files: readonly string[], where: KeywordTarget): KeywordFile[] {
  const [shown = ''] = files
  const sidecars = store.metadata.sidecarsOf(shown)
  const members = files.filter((path) => path === shown || formatOfName(path) !== null)
  // What lies beside both is the RAW file's; without one, the shown file's.
  const owner = members.find(isRaw) ?? shown
  return members.flatMap((path): KeywordFile | KeywordFile[] => {
    const format = formatOfName(path)
    if (where === 'file' && format !== null && writableFormats.has(format))
      return { path, target: path, kind: 'file', isInsteadOfFile: false }
    const isInsteadOfFile = where === 'file'
    const own = sidecars.filter(({ path: sidecar }) =>
      members.some((member) => sidecar === `${member}.xmp`) ? sidecar === `${path}.xmp` : path === owner,
    )
    const used = own.filter(({ isUsed }) => isUsed === true)
    if (used.length > 0)
      return used.map((sidecar) => ({ path, target: sidecar.path, kind: 'sidecar', isInsteadOfFile }))
    return newSidecars(store, path, own).map((target) => ({
      path,
      target,
      kind: 'new-sidecar',
      isInsteadOfFile,
    }))
  })
}

const isRaw = (path: string): boolean => formatOfName(path) === 'raw'

/** See [Note: sidecar names]. */
function newSidecars(store: Store, path: string, own: Sidecars): string[] {
  const full = `${path}.xmp`
  const short = `${path.slice(0, path.lastIndexOf('.'))}.xmp`
  const isShortFree = own.every((sidecar) => sidecar.path !== short) && !store.metadata.hasNamesakes(path)
  return isRaw(path) && isShortFree ? [full, short] : [full]
}
