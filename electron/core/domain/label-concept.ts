// Which names stand for the same label, whoever spelled them.
//
// [Note: concepts] Models spell one thing in different ways, and so do users: "American alligator", "American_alligator",
// n01698640. The library keeps each name as it came. Wherever labels are read, the names of one concept are one label,
// under the spelling that the user confirmed, else the one that came first, so that tables and datasets of one model hold
// the model's own names; windows write them as people do (models.labelTexts). A new confirmation takes the spelling that
// is in use; only renaming changes it, as a step of the history.
import { labelKey } from '../../common/label-key.ts'
import { imagenetName } from '../../../models/catalogue/imagenet-names.ts'

/** Returns the same text for all names of one concept. */
export function conceptOf(name: string): string {
  const known = concepts.get(name)
  if (known !== undefined) return known
  const concept = labelKey(imagenetName(name) ?? name)
  if (concepts.size >= maxRemembered) concepts.clear()
  concepts.set(name, concept)
  return concept
}

/** Names recur for every photo. */
const concepts = new Map<string, string>()
const maxRemembered = 100_000

/** Returns the name under which a label shows. */
export type ShownName = (name: string) => string
