// Decodes a photo for a ViLT.
import type { AskRequest, InferItem } from '../../contract/inference.ts'
import type { ViltPhoto } from '../../../models/vilt/inputs.ts'
import { viltFraming, type ViltPreprocessing } from '../../../models/vilt/photo.ts'
import type { Message } from '../../texts/message.ts'
import { openPhoto } from '../decode/decode-photo.ts'
import { withPhotoBytes } from '../decode/photo-bytes.ts'
import { PhotoError } from '../decode/photo-error.ts'
import { toTensor } from '../decode/to-tensor.ts'

export type Decoded = ViltPhoto | { readonly reason: Message }

/** The photo at the size and with the numbers that the model wants; a photo's failure is its reason. */
export async function decodeForVilt(
  { path: file, ...stamp }: Omit<InferItem, 'id'>,
  preprocessing: ViltPreprocessing,
  { limits }: Pick<AskRequest, 'limits'>,
): Promise<Decoded> {
  try {
    return await withPhotoBytes({ path: file, stamp }, async (bytes) => {
      const { widthPx, heightPx, render } = await openPhoto(bytes, limits)
      const framing = viltFraming(widthPx, heightPx, preprocessing)
      const pixels = new Float32Array(3 * framing.height * framing.width)
      toTensor(await render(framing), { ...preprocessing, ...framing, channels: 'rgb' }, pixels, 0)
      return { pixels, heightPx: framing.height, widthPx: framing.width }
    })
  } catch (error) {
    if (error instanceof PhotoError) return { reason: error.translatable }
    throw error
  }
}
