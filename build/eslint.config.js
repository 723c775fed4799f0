// Lint rules for every TypeScript, JavaScript and Svelte file of the project; warnings are errors.
import eslint from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import tseslint from 'typescript-eslint'
import { rendererParser } from './renderer-parser.js'
import svelteConfig from './svelte.config.js'

const configFiles = ['build/**/*.js', 'build/**/*.cjs', '**/*.config.ts']

const refuseImports = (regex, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex, message }] }],
})

export default tseslint.config(
  { ignores: ['**/node_modules/', 'out/', 'dist/'] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.renderer.json', './tsconfig.dom.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      'max-lines': ['error', 400],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Numbers in messages are meant; objects are still refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `void promise` says on purpose that nobody waits; see no-floating-promises.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Typed-array loops are the natural form of tensor code.
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    // What is printed must be written whole, and steer no terminal; see electron/cli/stdout.ts.
    files: ['electron/cli/**/*.ts'],
    ignores: ['electron/cli/stdout.ts', 'electron/cli/stderr.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', { object: 'process', property: 'stdout' }],
    },
  },
  {
    files: ['renderer/**/*.svelte', 'renderer/**/*.svelte.ts'],
    languageOptions: {
      // Without functions, which would keep eslint from caching its results.
      parserOptions: {
        parser: rendererParser,
        svelteConfig: { compilerOptions: svelteConfig.compilerOptions },
      },
    },
  },
  {
    files: ['renderer/**/*.ts'],
    ignores: ['**/*.svelte.ts'],
    languageOptions: { parser: rendererParser },
  },
  {
    files: ['renderer/**'],
    languageOptions: { globals: globals.browser },
    rules: {
      // Types are checked by svelte-check, which knows Svelte; names of the browser are known to it.
      'no-undef': 'off',
      // `== null` asks for null and undefined alike.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // In a component, props and state are declared with let and const as Svelte wants them.
      'prefer-const': 'off',
      'svelte/prefer-const': 'error',
      // Svelte's own types of snippets and components.
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    // Plain JavaScript, which TypeScript does not check.
    files: [...configFiles, 'electron/cli/labelroom.js', 'test/electron-runtime/loader/*.js'],
    ...tseslint.configs.disableTypeChecked,
  },
  // The same as the renderer rules of dependency-rules.cjs, which follow no types that a .svelte file imports.
  {
    files: ['renderer/src/*/**'],
    ignores: ['renderer/src/features/**'],
    rules: refuseImports('/features/', 'What lies below the features must not import them.'),
  },
  {
    files: ['renderer/src/features/**'],
    ignores: ['renderer/src/features/shell/**', 'renderer/src/features/library/**'],
    rules: refuseImports('^\\.\\./(?!\\.\\.)', 'Features do not import each other.'),
  },
  {
    files: ['renderer/src/features/library/**'],
    rules: refuseImports('^\\.\\./(?!\\.\\.|viewer/)', 'The library imports no feature but the viewer.'),
  },
  {
    // Configuration files are loaded by tools that ask for a default export.
    files: configFiles,
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      'no-restricted-exports': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: { process: 'readonly', module: 'writable', console: 'readonly', URL: 'readonly' },
    },
  },
)
