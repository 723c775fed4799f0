// Heads as the store keeps them: the numbers of each kind in one array.
import { AppError } from '../../../contract/errors.ts'
import type { Head, HeadId } from '../../../contract/heads.ts'
import { msg } from '../../../texts/message.ts'
import type { CalibratedHead } from '../algorithms/apply-head.ts'
import { packNeighbours, unpackNeighbours } from '../algorithms/nearest-neighbours.ts'
import type { Store } from '../../store/db.ts'

export function findHead(store: Store, id: HeadId): Head {
  const head = store.heads.get(id)
  if (head === null)
    throw new AppError(
      'not-found',
      msg('There is no head {{id}} in this library; see labelroom heads.', { id }),
    )
  return head
}

/** [classes, dim] weights and [classes] biases, or what the neighbours need. */
export function packHead(head: CalibratedHead['head']): Float32Array {
  if ('neighbours' in head) return packNeighbours(head)
  const packed = new Float32Array(head.weights.length + head.bias.length)
  packed.set(head.weights)
  packed.set(head.bias, head.weights.length)
  return packed
}

/** The head with its weights. */
export function loadHead(store: Store, { id, kind, classes, mode, temperature }: Head): CalibratedHead {
  const stored = store.heads.parameters(id)
  if (stored === null)
    throw new AppError('not-found', msg('There is no head {{id}} in this library.', { id }))
  const { dim, values } = stored
  if (kind === 'knn') return { head: unpackNeighbours(values, classes.length, dim), mode, temperature }
  const size = classes.length * dim
  const weights = values.subarray(0, size)
  const bias = values.subarray(size)
  return { head: { classes: classes.length, dim, weights, bias }, mode, temperature }
}
