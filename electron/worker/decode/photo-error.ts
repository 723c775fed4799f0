// Why one photo could not be decoded, in words for the user.
import { RefusedFile } from '../../common/open-file.ts'
import { MessageError, msg, type Message } from '../../texts/message.ts'

export type PhotoErrorCode =
  'unreadable' | 'changed' | 'corrupt' | 'truncated' | 'too-large' | 'timeout' | 'unsupported' | 'missing'

/** One photo cannot be used. `message` is one clear sentence; the technical text is in `cause`. */
export class PhotoError extends MessageError {
  override readonly name = 'PhotoError'
  readonly code: PhotoErrorCode

  constructor(code: PhotoErrorCode, translatable: Message, options?: ErrorOptions) {
    super(translatable, options)
    this.code = code
  }
}

const systemErrors: Readonly<Record<string, readonly [PhotoErrorCode, Message]>> = {
  ENOENT: ['missing', msg('The file is no longer there.')],
  ENOTDIR: ['missing', msg('The file is no longer there.')],
  EACCES: ['unreadable', msg('Permission to read the file was denied.')],
  EPERM: ['unreadable', msg('Permission to read the file was denied.')],
  EBUSY: ['unreadable', msg('Another program is using the file.')],
  EMFILE: ['unreadable', msg('Too many files are open; try again.')],
  ENAMETOOLONG: ['unreadable', msg('The file name is too long.')],
  EIO: ['unreadable', msg('The disk could not read the file.')],
}

/** What an error of `node:fs`, or a file that is refused, means for the photo. */
export function fromSystemError(error: unknown): PhotoError {
  if (error instanceof PhotoError) return error
  if (error instanceof RefusedFile) return new PhotoError('unreadable', error.translatable, { cause: error })
  const systemCode = error instanceof Error && 'code' in error ? String(error.code) : ''
  const [code, message] = systemErrors[systemCode] ?? ['unreadable', msg('The file could not be read.')]
  return new PhotoError(code, message, { cause: error })
}

// First match wins: libvips reports a broken header and "premature end" together.
const decoderErrors: readonly (readonly [RegExp, PhotoErrorCode, Message])[] = [
  [
    /pixel limit|security limit|out of memory|too large|too big/i,
    'too-large',
    msg('The photo is too large to open.'),
  ],
  [/^timeout/i, 'timeout', msg('The photo took too long to open.')],
  [
    /unsupported image format|not been built|unsupported feature/i,
    'unsupported',
    msg('This kind of image is not supported.'),
  ],
  [/contains no image/i, 'corrupt', msg('The file is damaged: it holds no picture.')],
  [
    /premature end|read error|truncated|unexpected end|end of file|end of stream|bad seek|no frames|not enough/i,
    'truncated',
    msg('The file ends too early; part of the photo is missing.'),
  ],
]

/** What the text of a decoder's error (libvips, libheif) means for the photo; anything unknown is damage. */
export function fromDecoderError(error: unknown): PhotoError {
  if (error instanceof PhotoError) return error
  const text = error instanceof Error ? error.message : String(error)
  const known = decoderErrors.find(([pattern]) => pattern.test(text))
  return known === undefined
    ? new PhotoError('corrupt', msg('The file is damaged and cannot be decoded.'), { cause: error })
    : new PhotoError(known[1], known[2], { cause: error })
}
