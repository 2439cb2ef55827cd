import tseslint from 'typescript-eslint'

const clocks = ['Date.now()', 'performance.now()', 'setTimeout()', 'setInterval()', 'Math.random()']

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.tap/', 'bench/results/'] },
  tseslint.configs.strict,
  tseslint.configs.stylistic,
  {
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**'],
    ignores: ['src/clock.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          ['Date', 'now'],
          ['performance', 'now'],
          ['Math', 'random'],
        ].map(([object, property]) => ({
          selector: `CallExpression[callee.object.name='${object}'][callee.property.name='${property}']`,
          message: `Time and randomness are injected: ${clocks.join(', ')} live in src/clock.ts alone.`,
        })),
        {
          selector: 'CallExpression[callee.name=/^set(Timeout|Interval)$/]',
          message: `Time and randomness are injected: ${clocks.join(', ')} live in src/clock.ts alone.`,
        },
      ],
    },
  },
)
