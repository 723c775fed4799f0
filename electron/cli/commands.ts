// The commands of the terminal as `labelroom --help` lists them; a command's own file is loaded when it is asked for.
import type { Command } from 'commander'

export interface ListedCommand {
  readonly name: string
  /** What may follow the name, as the list shows it. */
  readonly usage: string
  readonly description: string
  /** Resolves to what gives the command its options and its action. */
  readonly load: () => Promise<(command: Command) => void>
}

export const commands: readonly ListedCommand[] = [
  {
    name: 'label',
    usage: '[options] <folder...>',
    description: 'label every photo in the folders, and write the labels to a file',
    load: async () => (await import('./commands/label.ts')).addLabelCommand,
  },
  {
    name: 'learn',
    usage: '[options]',
    description: 'train a head on the labels that you confirmed, and say how good it is',
    load: async () => (await import('./commands/learn.ts')).addLearnCommand,
  },
  {
    name: 'evaluate',
    usage: '[options] [version]',
    description: 'how good a head is on labelled photos that it was not trained on',
    load: async () => (await import('./commands/evaluate.ts')).addEvaluateCommand,
  },
  {
    name: 'heads',
    usage: '',
    description: 'list heads, promote one, go back',
    load: async () => (await import('./commands/heads.ts')).addHeadsCommand,
  },
  {
    name: 'words',
    usage: '[options] [words]',
    description: 'make a head that chooses from your words, with a text-image model (CLIP, SigLIP)',
    load: async () => (await import('./commands/words.ts')).addWordsCommand,
  },
  {
    name: 'queue',
    usage: '[options]',
    description: 'the photos to label next, the most useful first',
    load: async () => (await import('./commands/queue.ts')).addQueueCommand,
  },
  {
    name: 'find',
    usage: '[options] <sentence>',
    description: 'the photos that suit a sentence best, with a text-image model (CLIP, SigLIP)',
    load: async () => (await import('./commands/find.ts')).addFindCommand,
  },
  {
    name: 'similar',
    usage: '[options] <photo>',
    description: 'the photos that look most like this one',
    load: async () => (await import('./commands/similar.ts')).addSimilarCommand,
  },
  {
    name: 'near-duplicates',
    usage: '[options]',
    description: 'groups of photos that look the same; files with the same bytes are one photo',
    load: async () => (await import('./commands/near-duplicates.ts')).addNearDuplicatesCommand,
  },
  {
    name: 'groups',
    usage: '[options]',
    description: 'photos without a confirmed label in groups that look alike, the tightest first',
    load: async () => (await import('./commands/groups.ts')).addGroupsCommand,
  },
  {
    name: 'map',
    usage: '[options]',
    description: 'the library on a plane, photos that look alike together: a CSV of points from -1 to 1',
    load: async () => (await import('./commands/map.ts')).addMapCommand,
  },
  {
    name: 'explain',
    usage: '[options] <photo>',
    description: 'where the model looked in a photo (attention rollout; whatever the label)',
    load: async () => (await import('./commands/explain.ts')).addExplainCommand,
  },
  {
    name: 'ask',
    usage: '[options] <photo|folder...>',
    description: 'ask a question about photos, or whether a sentence is true of two',
    load: async () => (await import('./commands/ask.ts')).addAskCommand,
  },
  {
    name: 'match',
    usage: '[options] <photo|folder> <sentence...>',
    description: 'rank photos for a sentence, or sentences for each photo',
    load: async () => (await import('./commands/match.ts')).addMatchCommand,
  },
  {
    name: 'import',
    usage: '[options] <file|folder> [folder]',
    description: 'confirm the labels of a CSV, or of the class folders of an ImageFolder',
    load: async () => (await import('./commands/import.ts')).addImportCommand,
  },
  {
    name: 'keywords',
    usage: '',
    description: 'read keywords out of photos and sidecars, or write labels into them',
    load: async () => (await import('./commands/keywords.ts')).addKeywordsCommand,
  },
  {
    name: 'models',
    usage: '',
    description: 'list, add, remove and describe models',
    load: async () => (await import('./commands/models.ts')).addModelsCommand,
  },
  {
    name: 'export',
    usage: '[options] [folder...]',
    description:
      'write the labels that the library has, as a file, a dataset or a model; nothing is labelled',
    load: async () => (await import('./commands/export.ts')).addExportCommand,
  },
  {
    name: 'scan',
    usage: '[options] <folder...>',
    description: 'read folders into the library: new, moved, changed and missing files',
    load: async () => (await import('./commands/scan.ts')).addScanCommand,
  },
  {
    name: 'watch',
    usage: '[options] <folder...>',
    description:
      'keep the library up to date with folders until Ctrl-C: new, changed, moved and removed files',
    load: async () => (await import('./commands/watch.ts')).addWatchCommand,
  },
  {
    name: 'move',
    usage: '[options] <photo...>',
    description: 'move photos to another folder on disk, with sidecars and all else that belongs to them',
    load: async () => (await import('./commands/move.ts')).addMoveCommand,
  },
  {
    name: 'library',
    usage: '',
    description: 'back up, restore, check and relocate the library',
    load: async () => (await import('./commands/library.ts')).addLibraryCommand,
  },
  {
    name: 'merge',
    usage: '[options] <library...>',
    description: 'merge libraries, such as those of shards, into one',
    load: async () => (await import('./commands/merge.ts')).addMergeCommand,
  },
  {
    name: 'serve',
    usage: '[options]',
    description: 'open the app in a browser on this machine',
    load: async () => (await import('./commands/serve.ts')).addServeCommand,
  },
  {
    name: 'bench',
    usage: '[options] <folder>',
    description: 'measure the job against its parts and against transformers.js, interleaved in one run',
    load: async () => (await import('./commands/bench.ts')).addBenchCommand,
  },
  {
    name: 'telemetry',
    usage: '[options]',
    description:
      'list what the inference runtime had queued for Microsoft, before Labelroom switched that off',
    load: async () => (await import('./commands/telemetry.ts')).addTelemetryCommand,
  },
]
