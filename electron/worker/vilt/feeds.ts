// The tensors of a batch for the runtime.
import type { ViltConfig } from '../../../models/vilt/config.ts'
import { patchLength, tableRows, type ViltInputs } from '../../../models/vilt/inputs.ts'
import * as ort from '../runtime.ts'

export function viltFeeds(config: ViltConfig, inputs: ViltInputs): Record<string, ort.Tensor> {
  const { pairs, textTokens, photoTokens } = inputs
  return {
    tokens: new ort.Tensor('int64', inputs.tokens, [pairs, textTokens]),
    patches: new ort.Tensor('float32', inputs.patches, [pairs, photoTokens, patchLength(config)]),
    photo_mix: new ort.Tensor('float32', inputs.photoMix, [pairs, photoTokens, tableRows(config)]),
    mask: new ort.Tensor('int64', inputs.mask, [pairs, textTokens + photoTokens]),
  }
}
