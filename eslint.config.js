import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'dist',
      'unbundled',
      'coverage',
      'reports',
      '.stryker-tmp',
      '**/*.generated.ts',
      'src/**/validators.js',
      '.topo',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: 'error',
      'no-control-regex': 'off',
    },
  },
  {
    // Prettier wraps code, but no comment.
    files: ['src/**', 'test/**', 'scripts/**'],
    rules: { 'max-len': ['error', { code: 10_000, comments: 100 }] },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    // The one place that may end the process is the entry of topo-harness.
    files: ['src/**/*.ts'],
    ignores: ['src/cli/harness/main.ts'],
    rules: {
      'no-restricted-properties': ['error', { object: 'process', property: 'exit' }],
    },
  },
);
