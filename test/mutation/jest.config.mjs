import configuration from '../../jest.config.mjs';

const [unit] = configuration.projects;

/** The unit specs of one library: what it promises, its own specs must notice. */
export default {
  ...unit,
  rootDir: '../..',
  testMatch: [`<rootDir>/libs/${process.env.VALISE_MUTATED}/**/*.spec.ts`],
};
