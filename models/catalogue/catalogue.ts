// The models that users can add by name: the repository of each on the hub, its licence, and its accuracy.
import { z } from 'zod'
import imagenet1k from './labels/imagenet-1k.json' with { type: 'json' }
import imagenet1kChinese from './labels/imagenet-1k.zh-CN.json' with { type: 'json' }
import entries from './catalogue.json' with { type: 'json' }

const CatalogueEntry = z.object({
  /** Short name for the command line; also the folder's name. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string(),
  /** What its labels are about. */
  subject: z.string(),
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  /** A full commit; null: the newest one, which is resolved and recorded at download. */
  revision: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .nullable(),
  files: z.array(z.string().regex(/^[\w.-]+$/)).min(1),
  /** SPDX identifier. */
  licence: z.string(),
  /** Of the weights, rounded to three digits as the hub lists it. A download uses the hub's exact sizes. */
  approximateBytes: z.int().positive(),
  inputSizePx: z.int().positive(),
  /** The file of the hub with resize, crop and normalisation. */
  preprocessing: z.enum(['config.json', 'preprocessor_config.json', 'selected_tags.csv']),
  /** Names written beside the model where the hub has none, or long synonyms; null: `id2label` in its config.json. */
  labelSet: z.enum(['imagenet-1k']).nullable(),
  /** `softmax`: one label a photo. `sigmoid`: several. */
  scores: z.enum(['softmax', 'sigmoid']).default('softmax'),
  /** As its authors or timm measured it; null where no number could be traced to a source. */
  accuracy: z.object({ top1Percent: z.number(), dataset: z.string(), source: z.string() }).nullable(),
})
export type CatalogueEntry = z.infer<typeof CatalogueEntry>

/** Smallest first within each subject. */
export const catalogue: readonly CatalogueEntry[] = z.array(CatalogueEntry).parse(entries)

export function findCatalogueEntry(id: string): CatalogueEntry | null {
  return catalogue.find((entry) => entry.id === id) ?? null
}

/** Files of class names, in the order of the logits, that lie beside an installed model; one for each language. */
export const labelSets: Readonly<
  Record<NonNullable<CatalogueEntry['labelSet']>, Readonly<Record<string, readonly string[]>>>
> = {
  'imagenet-1k': { 'labels.json': imagenet1k, 'labels.zh-CN.json': imagenet1kChinese },
}
