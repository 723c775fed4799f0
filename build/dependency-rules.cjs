// Who may import whom (see the import table in ARCHITECTURE.md), checked by dependency-cruiser.
const only = (name, packageName, ownerPath, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: [ownerPath, '^test/', '^build/', '^node_modules/'] },
  to: { path: `^node_modules/${packageName}(/|$)` },
})
const layer = (name, from, allowed) => ({
  name: `${name}-imports`,
  comment: `${name} may import only: ${allowed.join(', ')}`,
  severity: 'error',
  from: { path: from },
  to: { path: '^(electron|models|renderer|test|build)/', pathNot: allowed },
})

// The folders inside core, from the ground up: which others each one may import, besides the ground (files, tasks,
// domain). None imports one that is further down in this list, so that there are no cycles of folders.
const ground = ['files', 'tasks', 'domain']
const coreFolders = {
  store: [],
  metadata: [],
  identity: ['store', 'metadata'],
  inference: [],
  settings: ['store'],
  backups: ['store'],
  outputs: ['store'],
  browse: ['store'],
  models: ['store', 'inference'],
  photos: ['store', 'identity', 'inference', 'outputs'],
  questions: ['store', 'inference', 'photos'],
  labels: ['store', 'browse', 'settings'],
  ratings: ['store'],
  rules: ['store', 'browse', 'settings'],
  history: ['store', 'learning', 'settings'],
  library: ['store', 'browse', 'identity', 'metadata'],
  jobs: ['store', 'identity', 'inference', 'models', 'library'],
  learning: ['store', 'browse', 'photos'],
  heads: ['store', 'learning'],
  review: ['store', 'learning'],
  imports: ['store', 'identity', 'library'],
  keywords: ['store', 'identity', 'metadata', 'library'],
  moves: ['store', 'library'],
  words: ['store', 'inference', 'learning'],
  exports: ['store', 'identity', 'inference', 'outputs', 'models', 'learning', 'library'],
}
const core = '^electron/core/'
const coreFolder = ([name, others]) => ({
  name: `core-${name}-imports`,
  comment: `core/${name} may import in core only: ${[...ground, ...others].join(', ')}`,
  severity: 'error',
  from: { path: `${core}${name}/` },
  to: {
    path: core,
    pathNot: [
      `${core}(${[name, ...ground, ...others].join('|')})/`,
      // What every group of calls may use, but not the store: events and the log.
      ...(name === 'store' ? [] : [`${core}(events|log)\\.ts$`]),
    ],
  },
})
const insideCore = [
  ...Object.entries(coreFolders).map(coreFolder),
  {
    name: 'core-ground-imports',
    comment: 'core/files, core/tasks and core/domain import nothing of core but each other.',
    severity: 'error',
    from: { path: `${core}(${ground.join('|')})/` },
    to: { path: core, pathNot: [`${core}(${ground.join('|')})/`] },
  },
  {
    name: 'core-folders-are-listed',
    comment: 'A new folder of core gets an entry in coreFolders.',
    severity: 'error',
    from: {
      path: `${core}[^/]+/`,
      pathNot: [`${core}(${[...ground, ...Object.keys(coreFolders)].join('|')})/`],
    },
    to: {},
  },
  {
    name: 'core-no-folder-cycles',
    severity: 'error',
    scope: 'folder',
    from: { path: core },
    to: { circular: true },
  },
  {
    name: 'store-sqlite-imports',
    comment: 'core/store/sqlite opens libraries and runs statements; it knows no table.',
    severity: 'error',
    from: { path: `${core}store/sqlite/` },
    to: { path: `${core}store/`, pathNot: [`${core}store/sqlite/`] },
  },
  {
    name: 'core-algorithms-imports',
    comment: 'Algorithms are pure: arrays in, arrays out.',
    severity: 'error',
    from: { path: `${core}learning/algorithms/` },
    to: { path: core, pathNot: [`${core}learning/algorithms/`] },
  },
  {
    name: 'core-handlers-only-from-core',
    comment: 'Handlers of one group are called through the contract, and composed by core.ts alone.',
    severity: 'error',
    from: { path: '^electron/', pathNot: [`${core}core\\.ts$`] },
    to: { path: `${core}[^/]+/handlers\\.ts$` },
  },
  {
    name: 'core-imports-handlers-and-services',
    comment: 'Of a group, core.ts takes the handlers and what several groups share, nothing inside.',
    severity: 'error',
    from: { path: `${core}core\\.ts$` },
    to: {
      path: `${core}[^/]+/`,
      pathNot: [
        `${core}[^/]+/handlers\\.ts$`,
        `${core}store/(db|halve-embeddings)\\.ts$`,
        `${core}browse/(library-index|notify)\\.ts$`,
        `${core}inference/worker-call\\.ts$`,
        `${core}learning/service\\.ts$`,
        `${core}models/catalogue/hub\\.ts$`,
        `${core}outputs/outputs\\.ts$`,
        `${core}photos/pictures\\.ts$`,
        `${core}settings/follow-renames\\.ts$`,
        `${core}settings/stored-settings\\.ts$`,
      ],
    },
  },
]

/** What users read is written everywhere, so that all may import how; the translations are for windows alone. */
const messages = '^electron/texts/message\\.ts$'

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    // Modules that the build makes, as build/vite-licences.ts does, are no files.
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^virtual:' },
    },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: {
        path: '^(electron|models)/',
        pathNot: ['^electron/worker/bench/peer', '^electron/(main|preload)/'],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'onnxruntime-only-behind-the-telemetry-check',
      comment: 'The runtime is loaded by electron/worker/runtime.ts alone, in tests and scripts as well.',
      severity: 'error',
      from: { pathNot: ['^electron/worker/runtime\\.ts$', '^node_modules/'] },
      to: { path: '^node_modules/onnxruntime-node(/|$)' },
    },
    only(
      'sharp-only-in-worker',
      'sharp',
      '^electron/worker/',
      'Images are decoded only in the inference worker.',
    ),
    only(
      'wasm-decoders-only-in-worker',
      '(libheif-js|@jsquash/jxl|@cornerstonejs/codec-openjpeg)',
      '^electron/worker/',
      'Images are decoded only in the inference worker.',
    ),
    only(
      'tokenizers-only-behind-their-door',
      '@huggingface/tokenizers',
      '^models/tokenizer/',
      'Text becomes tokens in one place.',
    ),
    only(
      'sqlite-only-in-store',
      'better-sqlite3',
      '^electron/core/store/sqlite/',
      'One file of the store talks to SQLite; all SQL lives in the store.',
    ),
    only(
      'watcher-only-in-library',
      '@parcel/watcher',
      '^electron/core/library/watch-folder',
      'Folders are watched in one place.',
    ),
    only(
      'exiftool-only-in-keywords',
      'exiftool-vendored',
      '^electron/core/keywords/exiftool',
      'Files of other programs are changed in one place.',
    ),
    only('electron-only-in-main', 'electron', '^electron/(main|preload)/', 'The core runs without Electron.'),
    // Ground that every layer outside of the page may stand on.
    layer('common', '^electron/common/', ['^electron/common/', messages]),
    layer('contract', '^electron/contract/', ['^electron/(contract|common)/', messages]),
    // A ModelError is an AppError.
    layer('models', '^models/', ['^models/', '^electron/common/', '^electron/contract/errors', messages]),
    layer('texts', '^electron/texts/', ['^electron/texts/']),
    layer('core', '^electron/core/', ['^electron/(core|contract|common)/', '^models/', messages]),
    ...insideCore,
    layer('worker', '^electron/worker/', ['^electron/(worker|contract|common)/', '^models/', messages]),
    layer('host', '^electron/host/', ['^electron/(host|core|contract|common)/', messages]),
    // The core and the workers are processes that it starts by path.
    layer('main', '^electron/main/', [
      '^electron/(main|contract|common|texts)/',
      '^electron/host/(page/|data-folder|log-file|app-info|recent-libraries|report|sample-photos|telemetry-files|worker-settings)',
      '^electron/core/(dispatch|log|outputs/written-files)',
      '^models/catalogue/',
    ]),
    layer('preload', '^electron/preload/', ['^electron/preload/']),
    layer('renderer', '^renderer/', ['^renderer/', '^electron/(contract|texts|common)/']),
    {
      name: 'renderer-takes-types-alone',
      comment:
        'The page uses the contract as types, and code only from the folders made for both sides; zod stays out of its bundle.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^electron/', pathNot: '^electron/(texts|common)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'renderer-features-on-top',
      comment: 'The grid and everything else below the features of the renderer must not import them.',
      severity: 'error',
      from: { path: '^renderer/src/[^/]+/', pathNot: '^renderer/src/features/' },
      to: { path: '^renderer/src/features/' },
    },
    {
      name: 'renderer-feature-to-feature',
      comment: 'Features of the renderer do not import each other; what two of them need lies below them.',
      severity: 'error',
      from: { path: '^renderer/src/features/([^/]+)/', pathNot: '^renderer/src/features/(shell|library)/' },
      to: { path: '^renderer/src/features/', pathNot: '^renderer/src/features/$1/' },
    },
    {
      name: 'renderer-library-to-feature',
      comment: 'The library shows the viewer over itself; it imports no other feature.',
      severity: 'error',
      from: { path: '^renderer/src/features/library/' },
      to: { path: '^renderer/src/features/', pathNot: '^renderer/src/features/(library|viewer)/' },
    },
    {
      name: 'renderer-no-folder-cycles',
      comment: 'Folders of the renderer lie above or below each other, never both.',
      severity: 'error',
      scope: 'folder',
      from: { path: '^renderer/src/' },
      to: { circular: true },
    },
    {
      name: 'renderer-imports-nothing-of-node',
      comment: 'What of electron/common needs Node (files, paths, the environment) is not for the page.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: {
        path: '^electron/common/',
        pathNot:
          '^electron/common/(bundled-model|camera-name|emitter|label-key|label-renames|map-points|model-reference|mutex|throttle|pinned-labels|port-rpc|table-extensions)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'both-sides-import-nothing-of-node',
      comment: 'The helpers for both sides run in a browser.',
      severity: 'error',
      from: {
        path: '^electron/common/(bundled-model|camera-name|emitter|label-key|label-renames|map-points|model-reference|mutex|throttle|pinned-labels|port-rpc|table-extensions)\\.ts$',
      },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    layer('cli', '^electron/cli/', [
      '^electron/(cli|host|core|contract|common)/',
      '^electron/worker/bench/protocol',
      '^models/',
      messages,
    ]),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'build/tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
}
