// The actions with keys in words, and the parts of the app in which they work, in the order of a list.
import { t } from '../../i18n/i18n.svelte.ts'
import type { KeyActionName, KeyScope } from '../../keys/actions.ts'

export const keyScopes: readonly KeyScope[] = ['app', 'grid', 'viewer', 'review']

/** A text is missing in the language files where this does not compile. */
export const actionText = (action: KeyActionName): string => t(`settings.action.${action}`)
