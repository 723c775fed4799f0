// Lint rules for every TypeScript, JavaScript and Svelte file of the project; warnings are errors.
import eslint from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import tseslint from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const configFiles = ['build/**/*.js', 'build/**/*.cjs', '**/*.config.ts']

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
    files: ['renderer/**/*.svelte', 'renderer/**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: tseslint.parser, svelteConfig },
    },
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
    // Configuration files are loaded by tools that ask for a default export.
    files: [...configFiles, 'electron/cli/labelroom.js'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
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
