// What a model may ask for: beyond every known classifier, and within what a small machine has.
import { msg } from '../electron/texts/message.ts'
import { resizedPx, type Preprocessing } from './config/preprocessing.ts'
import { ModelError } from './model-error.ts'

/** Four times the largest published set of classes, ImageNet-21k. */
const maxClasses = 100_000
/** The largest input size that users can ask for, too (`--input-size`). */
const maxInputPx = 2048
/** A photo is made this large at most before the centre is cut out of it. */
const maxResizedPx = 4 * maxInputPx

/** Throws ModelError `model-unsupported` for a model with more classes. */
export function checkClasses(classes: number, path: string): void {
  if (classes <= maxClasses) return
  throw new ModelError(
    'model-unsupported',
    msg('{{path}} claims {{classes}} classes; the limit is {{limit}}. Use another model.', {
      path,
      classes,
      limit: maxClasses,
    }),
  )
}

/** Throws ModelError `model-unsupported` for a larger input. */
export function checkInput(preprocessing: Preprocessing, path: string): Preprocessing {
  const { width, height, resize } = preprocessing
  const sizePx = resizedPx(resize)
  if (Math.max(width, height) <= maxInputPx && sizePx <= maxResizedPx) return preprocessing
  throw new ModelError(
    'model-unsupported',
    msg(
      '{{path}} wants photos of {{width}} x {{height}} px, cut out of {{resizedPx}} px; the limits are {{limit}} and {{resizedLimit}} px. Correct its configuration, or use another model.',
      {
        path,
        width,
        height,
        resizedPx: Math.max(width, height, sizePx),
        limit: maxInputPx,
        resizedLimit: maxResizedPx,
      },
    ),
  )
}
