// Which of its labels a photo shows: first one that is asked for, else that of its state; beside a confirmed one the others.
import type { PhotoCard } from '../../../electron/contract/browse.ts'
import type { Label } from '../../../electron/contract/domain.ts'

/** Cards list confirmed labels first, then suggestions, then rejected ones. */
export function topLabel({ labels, state }: PhotoCard, wanted: readonly string[]): Label | undefined {
  const isWanted = ({ name, state: itsState }: Label) =>
    itsState !== 'rejected' && wanted.some((one) => name === one || name.startsWith(`${one}/`))
  return labels.find(isWanted) ?? labels.find((label) => label.state === state) ?? labels[0]
}

/** The names to show, `top` first: a photo with several labels of the user shows them all. */
export const shownLabels = ({ labels }: PhotoCard, top: Label): readonly string[] =>
  top.state === 'confirmed'
    ? [
        top.name,
        ...labels.flatMap(({ name, state }) => (state === 'confirmed' && name !== top.name ? name : [])),
      ]
    : [top.name]
