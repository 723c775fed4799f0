// Finds a head by what users call it: its version.
import { AppError } from '../contract/errors.ts'
import type { Head } from '../contract/heads.ts'
import type { CoreClient } from '../core/client.ts'
import { verbatim } from '../texts/message.ts'

/** By version, or `newest`; without one, the head in use, else the newest. Throws AppError when there is none. */
export async function findHead(client: CoreClient, version?: string): Promise<Head> {
  const heads = await client.heads.list({})
  const head =
    version === undefined
      ? (heads.find(({ isPromoted }) => isPromoted) ?? heads[0])
      : version === 'newest'
        ? heads[0]
        : heads.find((one) => String(one.version) === version)
  if (head === undefined)
    throw new AppError(
      'not-found',
      version === undefined || version === 'newest'
        ? verbatim('There is no head yet. Train one: labelroom learn.')
        : verbatim(`There is no head ${version}; see labelroom heads, or train one: labelroom learn.`),
    )
  return head
}
