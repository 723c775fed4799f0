// A photo decoded in full but not yet resized, as the decoder threads hand it over.

export interface RawPhoto {
  readonly widthPx: number
  readonly heightPx: number
  /** 3 for RGB, 4 for RGBA; 8 bits each, interleaved, oriented. */
  readonly channels: 3 | 4
  readonly pixels: Uint8Array<ArrayBuffer>
  /** The ICC profile the pixels are in; null for sRGB. */
  readonly profile: Buffer | null
}
