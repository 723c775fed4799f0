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

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: {
        path: '^(electron|models)/',
        pathNot: ['^electron/worker/bench/peer', '^electron/(main|preload)/'],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    only(
      'onnxruntime-only-in-worker',
      'onnxruntime-node',
      '^electron/worker/',
      'One process holds the runtime.',
    ),
    only(
      'sharp-only-in-worker',
      'sharp',
      '^electron/worker/',
      'Images are decoded only in the inference worker.',
    ),
    only(
      'libheif-only-in-worker',
      'libheif-js',
      '^electron/worker/',
      'Images are decoded only in the inference worker.',
    ),
    only('sqlite-only-in-store', 'better-sqlite3', '^electron/core/store/', 'All SQL lives in the store.'),
    only('electron-only-in-main', 'electron', '^electron/(main|preload)/', 'The core runs without Electron.'),
    layer('contract', '^electron/contract/', ['^electron/contract/']),
    layer('models', '^models/', ['^models/']),
    layer('texts', '^electron/texts/', ['^electron/texts/']),
    layer('core', '^electron/core/', ['^electron/(core|contract)/', '^models/']),
    layer('worker', '^electron/worker/', ['^electron/(worker|contract)/', '^models/']),
    layer('host', '^electron/host/', ['^electron/(host|core|contract)/']),
    // The core and the workers are processes that it starts by path.
    layer('main', '^electron/main/', [
      '^electron/(main|contract|texts)/',
      '^electron/host/(page/|core-path|data-folder|log-file|product|recent-libraries|sample-photos|worker-settings)',
      '^electron/core/(dispatch|log)',
      '^models/catalogue/',
    ]),
    layer('preload', '^electron/preload/', ['^electron/preload/']),
    layer('renderer', '^renderer/', ['^renderer/', '^electron/(contract|texts)/']),
    {
      name: 'renderer-takes-types-alone',
      comment: 'The renderer uses the contract as types; zod stays out of its bundle.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^electron/', pathNot: '^electron/texts/', dependencyTypesNot: ['type-only'] },
    },
    layer('cli', '^electron/cli/', [
      '^electron/(cli|host|core|contract)/',
      '^electron/worker/bench/protocol',
      '^models/',
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
