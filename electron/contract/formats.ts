// Which photo formats Labelroom opens, by file name, and the reason that a skipped file gets.
import { msg, type Message } from '../texts/message.ts'

export type PhotoFormat =
  'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'bmp' | 'heic' | 'jxl' | 'jp2' | 'raw'

const words = (list: string): readonly string[] => list.split(' ')

/** RAW files of cameras in which a preview is looked for. */
export const rawExtensions = words(
  'cr2 cr3 nef nrw arw sr2 dng raf orf rw2 rwl pef srw 3fr fff iiq erf kdc dcr mef mos',
)

const extensionsOf: Readonly<Record<PhotoFormat, readonly string[]>> = {
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif', 'mpo'],
  png: ['png', 'apng'],
  webp: ['webp'],
  gif: ['gif'],
  tiff: ['tif', 'tiff'],
  avif: ['avif', 'avifs'],
  bmp: ['bmp', 'dib'],
  heic: ['heic', 'heif', 'hif'],
  jxl: ['jxl'],
  jp2: ['jp2', 'j2k', 'jpf', 'jpx', 'jpc', 'j2c'],
  raw: rawExtensions,
}

const formats = Object.keys(extensionsOf) as PhotoFormat[]
const formatByExtension = new Map(
  formats.flatMap((format) => extensionsOf[format].map((extension) => [extension, format] as const)),
)

/** Buffers of Node and libvips may be larger, but hardly any photo is. Of a RAW file only the preview counts. */
export const maxPhotoBytes = 2 ** 31 - 1

/** Why a RAW file is skipped that could be opened. */
export const noPreviewReason = msg('This RAW file holds no preview picture; export the photo as JPEG.')

const skipReasons: readonly { readonly extensions: readonly string[]; readonly reason: Message }[] = [
  {
    extensions: words('crw srf x3f raw mrw'),
    reason: msg('This kind of RAW camera file is not supported; export the photo as JPEG.'),
  },
  {
    extensions: words('psd psb xcf ai afphoto kra'),
    reason: msg('Editor project files are not supported; export the picture as JPEG or PNG.'),
  },
  { extensions: words('svg svgz eps emf wmf'), reason: msg('Drawings are not supported; export as PNG.') },
  { extensions: words('ico icns cur'), reason: msg('Icons are not photos.') },
  {
    extensions: words('tga pcx ppm pgm pbm pnm hdr exr dds fits'),
    reason: msg('This picture format is not supported; convert the photo to JPEG or PNG.'),
  },
  {
    extensions: words('mp4 mov avi mkv webm m4v 3gp mts m2ts wmv flv mpg mpeg insv'),
    reason: msg('Videos are not supported; only photos are labelled.'),
  },
  {
    extensions: words('pdf doc docx xls xlsx ppt pptx odt ods odp txt md csv json xml html htm rtf'),
    reason: msg('Documents are not photos.'),
  },
  {
    extensions: words('zip rar 7z tar gz tgz bz2 xz'),
    reason: msg('Archives are not opened; unpack it first.'),
  },
  { extensions: words('mp3 wav flac m4a aac ogg'), reason: msg('Sound files are not photos.') },
  { extensions: words('xmp aae thm'), reason: msg('This file only holds settings that belong to a photo.') },
]

const reasonByExtension = new Map(
  skipReasons.flatMap(({ extensions, reason }) =>
    extensions.map((extension) => [extension, reason] as const),
  ),
)

/** The part after the last dot in lower case; empty if the name has no extension ('.hidden' has not). */
function extensionOf(fileName: string): string {
  const baseName = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1)
  const dot = baseName.lastIndexOf('.')
  return dot > 0 ? baseName.slice(dot + 1).toLowerCase() : ''
}

/** The format a file's name promises, or null where it is not a photo Labelroom opens. Takes a name or a path. */
export function formatOfName(fileName: string): PhotoFormat | null {
  return formatByExtension.get(extensionOf(fileName)) ?? null
}

/** One sentence for a file that `formatOfName` refuses, with the remedy where there is one. */
export function skipReasonFor(fileName: string): Message {
  const extension = extensionOf(fileName)
  if (extension === '')
    return msg('The file name has no ending such as .jpg, so it is not taken for a photo.')
  return (
    reasonByExtension.get(extension) ??
    msg('Files ending in .{{extension}} are not photos Labelroom can open.', { extension })
  )
}
