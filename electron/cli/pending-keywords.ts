// Tells of photos that wait for their keywords, after a command that labelled them.
import type { OpenLibrary } from './open-library.ts'
import { tell } from './stderr.ts'

/** Says nothing where keywords do not follow the labels. */
export async function tellPendingKeywords({ client }: OpenLibrary): Promise<void> {
  if (!(await client.settings.get({})).keywordWriting.isAutomatic) return
  const { waiting } = await client.keywords.pending({})
  if (waiting > 0)
    tell(
      `${waiting === 1 ? '1 photo waits for its keywords' : `${waiting} photos wait for their keywords`}: the app writes them when it is open, or labelroom keywords write --pending.`,
    )
}
