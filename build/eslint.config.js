// Lint rules for the page, since the types of components are known to ESLint alone; oxlint.config.js is for everything else.
// Warnings are errors.
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import tseslint from 'typescript-eslint'
import { own, recommended } from './lint-rules.js'
import { rendererParser } from './renderer-parser.js'
import svelteConfig from './svelte.config.js'

const refuseImports = (regex, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex, message }] }],
})

export default tseslint.config(
  { ignores: ['{electron,models,test,build,out,dist}/'] },
  ...recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        project: './tsconfig.renderer.json',
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: own,
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
)
