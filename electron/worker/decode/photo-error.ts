// Why one photo could not be decoded, in words for the person whose photo it is.

export type PhotoErrorCode =
  'unreadable' | 'corrupt' | 'truncated' | 'too-large' | 'timeout' | 'unsupported' | 'missing'

/** One photo cannot be used. `message` is one clear sentence; the technical text is in `cause`. */
export class PhotoError extends Error {
  override readonly name = 'PhotoError'
  readonly code: PhotoErrorCode

  constructor(code: PhotoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const systemErrors: Readonly<Record<string, readonly [PhotoErrorCode, string]>> = {
  ENOENT: ['missing', 'The file is no longer there.'],
  ENOTDIR: ['missing', 'The file is no longer there.'],
  EACCES: ['unreadable', 'Permission to read the file was denied.'],
  EPERM: ['unreadable', 'Permission to read the file was denied.'],
  EISDIR: ['unreadable', 'This is a folder, not a file.'],
  EBUSY: ['unreadable', 'Another program is using the file.'],
  EMFILE: ['unreadable', 'Too many files are open; try again.'],
  ENAMETOOLONG: ['unreadable', 'The file name is too long.'],
  EIO: ['unreadable', 'The disk could not read the file.'],
}

/** What an error of `node:fs` means for the photo. */
export function fromSystemError(error: unknown): PhotoError {
  const systemCode = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [code, message] = systemErrors[systemCode] ?? ['unreadable', 'The file could not be read.']
  return new PhotoError(code, message, { cause: error })
}

// First match wins: libvips reports a broken header and "premature end" together.
const decoderErrors: readonly (readonly [RegExp, PhotoErrorCode, string])[] = [
  [
    /pixel limit|security limit|out of memory|too large|too big/i,
    'too-large',
    'The photo is too large to open.',
  ],
  [/^timeout/i, 'timeout', 'The photo took too long to open.'],
  [/is missing|does not exist/i, 'missing', 'The file is no longer there.'],
  [/permission denied|unable to open/i, 'unreadable', 'The file could not be read.'],
  [
    /unsupported image format|not been built|unsupported feature/i,
    'unsupported',
    'This kind of image is not supported.',
  ],
  [/contains no image/i, 'corrupt', 'The file is damaged: it holds no picture.'],
  [
    /premature end|read error|truncated|unexpected end|end of file|end of stream|bad seek|no frames|not enough/i,
    'truncated',
    'The file ends too early; part of the photo is missing.',
  ],
]

/** What the text of a decoder's error (libvips, libheif) means for the photo; anything unknown is damage. */
export function fromDecoderError(error: unknown): PhotoError {
  if (error instanceof PhotoError) return error
  const text = error instanceof Error ? error.message : String(error)
  const known = decoderErrors.find(([pattern]) => pattern.test(text))
  return known === undefined
    ? new PhotoError('corrupt', 'The file is damaged and cannot be decoded.', { cause: error })
    : new PhotoError(known[1], known[2], { cause: error })
}
