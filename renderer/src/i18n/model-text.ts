// How models are called in the user's language.
import { bundledName } from '../../../electron/common/bundled-model.ts'
import { t } from './i18n.svelte.ts'

/** Returns what to show for a model; the one that comes with Labelroom has no name that says so. */
export const modelText = (name: string): string => (name === bundledName ? t('models.own') : name)
