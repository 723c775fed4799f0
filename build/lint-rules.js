// Rules that hold for all sources, whichever linter reads them: ESLint the page, Oxlint the rest.
import eslint from '@eslint/js'
import tseslint from 'typescript-eslint'

/** What other projects have found good. */
export const recommended = [
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
]

/** What this project asks for beyond that, or does not. */
export const own = {
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
}
