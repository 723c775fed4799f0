// The known answers of the published checkpoints, where LABELROOM_VILT names a folder that has them in folders of their hub's
// names, and LABELROOM_VILT_PHOTO the photo of two cats, number 39769 of COCO's val2017. The numbers are those by which
// transformers checks its own conversion (convert_vilt_original_to_pytorch.py).
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { stampOf } from '../../../electron/common/file-stamp.ts'
import { defaultPhotoLimits } from '../../../electron/contract/inference.ts'
import { ask } from '../../../electron/worker/vilt/ask.ts'
import { viltFeeds } from '../../../electron/worker/vilt/feeds.ts'
import { openVilt } from '../../../electron/worker/vilt/open.ts'
import { decodeForVilt } from '../../../electron/worker/vilt/photo.ts'
import { viltInputs } from '../../../models/vilt/inputs.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const { LABELROOM_VILT: models = '', LABELROOM_VILT_PHOTO: photo = '' } = process.env
/** The first example of NLVR2, ex0_0.jpg. */
const { LABELROOM_VILT_DOGS: dogs = '' } = process.env

async function request(name: string, file: string) {
  const common = { cacheDir: tempFolder(), threads: 2, limits: defaultPhotoLimits, topK: 3129 }
  const onDisk = { path: file, ...stampOf(await stat(file)) }
  return { type: 'ask' as const, modelPath: path.join(models, name), ...common, onDisk }
}

test.skipIf(models === '' || photo === '')(
  'vilt-b32-finetuned-vqa counts two cats, with the published logit',
  async () => {
    const { onDisk, ...asked } = await request('vilt-b32-finetuned-vqa', photo)
    const { items } = await ask({
      ...asked,
      photos: [{ id: 1, ...onDisk }],
      texts: ['How many cats are there?'],
    })
    const [item] = items
    if (item?.ok !== true) throw new Error('the photo was not answered')
    expect(item.scores[0]?.text).toBe('2')
    // The first three of the 3,129 answers, by their logits.
    const logits = item.scores.map(({ logit }) => logit)
    for (const known of [-15.9495, -18.1472, -10.3041])
      expect(Math.min(...logits.map((logit) => Math.abs(logit - known)))).toBeLessThan(0.05)
  },
)

test.skipIf(models === '' || dogs === '')(
  'vilt-b32-finetuned-nlvr2 gives the published logits for a photo beside itself',
  async () => {
    const { onDisk, ...asked } = await request('vilt-b32-finetuned-nlvr2', dogs)
    const texts = [
      'The left image contains twice the number of dogs as the right image, and at least two dogs in total are standing.',
    ]
    const { items } = await ask({
      ...{ ...asked, texts },
      photos: [
        { id: 1, ...onDisk },
        { id: 2, ...onDisk },
      ],
    })
    const [item] = items
    if (item?.ok !== true) throw new Error('the photos were not compared')
    const logitOf = (name: string) => item.scores.find(({ text }) => text === name)?.logit
    expect(logitOf('False')).toBeCloseTo(-2.8721, 1)
    expect(logitOf('True')).toBeCloseTo(2.1291, 1)
  },
)

test.skipIf(models === '' || photo === '')(
  'vilt-b32-mlm fills in "cats", with the published logits',
  async () => {
    const { onDisk, ...asked } = await request('vilt-b32-mlm', photo)
    const { model, session } = await openVilt(asked, false)
    const decoded = await decodeForVilt(onDisk, model.preprocessing, asked)
    if ('reason' in decoded) throw new Error('the photo was not read')
    const tokens = model.tokenizer.encode('a bunch of [MASK] laying on a [MASK].', model.config.maxTokens)
    const { logits } = await session.run(
      viltFeeds(model.config, viltInputs(model.config, [{ photo: decoded, tokens }])),
    )
    const values = logits?.data as Float32Array
    for (const [i, known] of [-12.5061, -12.5123, -12.5174].entries()) expect(values[i]).toBeCloseTo(known, 1)
    const { vocabulary } = model.config
    const atMask = values.subarray(4 * vocabulary, 5 * vocabulary)
    const [cats] = model.tokenizer.encode('cats', model.config.maxTokens).slice(1)
    expect(atMask.indexOf(Math.max(...atMask))).toBe(cats)
  },
)
