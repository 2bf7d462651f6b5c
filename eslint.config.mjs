import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.valise/', 'coverage/'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in messages are fine; objects are not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Nest modules are classes with nothing in them but their decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['warn', { max: 350, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // Some encodings of keys abort the process that parses them: libs/trust/src/public-keys.ts compares bytes first.
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**', 'libs/trust/src/{public-keys,certificates}.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:crypto', 'crypto'].map((name) => ({
            name,
            importNames: ['createPublicKey', 'createPrivateKey', 'X509Certificate', 'default'],
            message:
              'keys and certificates are made of bytes in libs/trust only: publicKeyOf, privateKeyOf, parseCertificate',
          })),
        },
      ],
      'no-restricted-properties': [
        'error',
        { property: 'asymmetricKeyDetails', message: 'Node.js may abort on it: ask suiteOf of libs/trust' },
      ],
    },
  },
  { files: ['apps/cli/**', 'apps/federation/**', 'test/**'], rules: { 'no-console': 'off' } },
  {
    // Nest resolves constructor parameters by their runtime class: a type-only import would erase it.
    files: ['apps/gateway/**', 'apps/depositary/**', 'libs/bus/**', 'libs/service/**'],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      // TypeORM's entities and Nest's options are classes that are used as plain shapes, by their own design.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  prettier,
);
