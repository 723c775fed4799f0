// Lint rules for everything but the page: those of ESLint and typescript-eslint, by a linter that needs a fifth of their time.
import eslint from '@eslint/js'
import tseslint from 'typescript-eslint'
import { own, recommended } from './lint-rules.js'

/** Oxlint does not have them. In modules, the first two are errors of syntax; the last two are switched off;
 * the one between has no counterpart yet. */
const missing = [
  'no-octal',
  'no-dupe-args',
  '@typescript-eslint/no-unsafe-class-instance-assignment',
  'no-new-symbol',
  'no-return-await',
]

/** typescript-eslint has rules of these names in place of ESLint's own; here one does for both languages. */
const extended = [
  'no-array-constructor',
  'no-empty-function',
  'no-unused-expressions',
  'no-unused-vars',
  'no-useless-constructor',
]

function toOxlint(rule) {
  const name = rule.replace(/^@typescript-eslint\//, '')
  return name === rule || extended.includes(name) ? name : `typescript/${name}`
}

/** Of the same rule, the last counts. */
function toRules(...configs) {
  const entries = configs.flatMap(({ rules = {} }) => Object.entries(rules))
  return Object.fromEntries(
    entries.filter(([rule]) => !missing.includes(rule)).map(([rule, options]) => [toOxlint(rule), options]),
  )
}

const rules = toRules(...recommended, { rules: own })
const typeAware = Object.keys(tseslint.configs.disableTypeChecked.rules)
  .map(toOxlint)
  .filter((rule) => rule in rules)

export default {
  plugins: ['typescript'],
  categories: { correctness: 'off' },
  // Types are those of tsconfig.json.
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  rules,
  overrides: [
    {
      // Plain JavaScript, which TypeScript does not check.
      files: ['**/*.js', '**/*.cjs'],
      env: { node: true },
      rules: {
        ...toRules(eslint.configs.recommended),
        ...Object.fromEntries(typeAware.map((rule) => [rule, 'off'])),
      },
    },
    {
      // What is printed must be written whole, and steer no terminal; see electron/cli/stdout.ts.
      files: ['**/electron/cli/**/*.ts'],
      rules: {
        'no-console': 'error',
        'no-restricted-properties': ['error', { object: 'process', property: 'stdout' }],
      },
    },
    {
      files: ['**/electron/cli/stdout.ts', '**/electron/cli/stderr.ts'],
      rules: { 'no-console': 'off', 'no-restricted-properties': 'off' },
    },
    {
      // Configuration files are loaded by tools that ask for a default export.
      files: ['**/*.config.{js,ts}'],
      rules: { 'no-restricted-exports': 'off' },
    },
  ],
}
