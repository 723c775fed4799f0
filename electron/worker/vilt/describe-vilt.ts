// Answers what the folder of a ViLT holds.
import { libraryPath } from '../../common/library-path.ts'
import type { ModelDescription } from '../../contract/inference.ts'
import { ModelError } from '../../../models/model-error.ts'
import { readViltFolder } from '../../../models/vilt/folder.ts'
import { longestPx } from '../../../models/vilt/photo.ts'
import { msg } from '../../texts/message.ts'

/** Throws ModelError with a sentence for the user. */
export async function describeVilt(path: string): Promise<ModelDescription> {
  const { config, preprocessing, ...folder } = await readViltFolder(path)
  const { head, patchPx, dim, depth, heads, mlpDim, gridSide, labels } = config
  if (head === 'words')
    throw new ModelError(
      'model-unsupported',
      msg(
        '{{path}} was only pretrained: it fills in words and knows no answers. Use a -vqa, -coco or -nlvr2 checkpoint.',
        { path },
      ),
    )
  const { shorterPx, mean, std } = preprocessing
  return {
    ...{ name: folder.name, version: folder.version, weightBytes: folder.weightBytes },
    ...{ kind: 'checkpoint', task: head, labels: [...labels], classes: Math.max(1, labels.length) },
    ...{ embeddingDim: null, readsWords: false, quality: null, path: libraryPath(folder.path) },
    ...{ inputWidthPx: gridSide * patchPx, inputHeightPx: gridSide * patchPx, precisions: ['fp32'] },
    architecture: [
      msg('ViLT, patches of {{patchPx}} px', { patchPx }),
      msg('dim {{dim}}', { dim }),
      msg('depth {{depth}}', { depth }),
      msg('{{heads}} heads', { heads }),
      msg('MLP ratio {{ratio}}', { ratio: mlpDim / dim }),
    ],
    resize: [
      msg('short side to {{sizePx}} px, long side to at most {{longPx}} px', {
        sizePx: shorterPx,
        longPx: longestPx(shorterPx),
      }),
      msg('bicubic'),
    ],
    mean: [...mean],
    std: [...std],
    ...{
      activation: head === 'answers' ? 'sigmoid' : 'softmax',
      activationFrom: 'transformers',
      hasThresholds: false,
    },
    ...{ resizeFrom: null, labelsFrom: null, categories: [], assumed: [] },
  }
}
