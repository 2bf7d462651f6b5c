/** Unit specs stand beside the code; what needs a broker, a database or processes stands under test/. */
const common = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['valise-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.valise/'],
  setupFilesAfterEnv: ['<rootDir>/test/timeout.mjs'],
};

export default {
  testSequencer: '<rootDir>/test/sequencer.mjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{apps,libs,test/oracle,test/interop,test/fuzz,test/openapi,test/simulator}/**/*.spec.ts',
      ],
    },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/**/*.spec.ts'],
      // The oracle, interoperability and fuzzing need no services and run with the unit specs.
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(oracle|interop|fuzz|openapi|simulator)/'],
      globalSetup: '<rootDir>/test/services-setup.mjs',
      globalTeardown: '<rootDir>/test/services-teardown.mjs',
    },
  ],
};
