import type * as globals from '@jest/globals';

declare global {
  const describe: typeof globals.describe;
  const it: typeof globals.it;
  const expect: typeof globals.expect;
  const beforeAll: typeof globals.beforeAll;
  const afterAll: typeof globals.afterAll;
  const beforeEach: typeof globals.beforeEach;
  const afterEach: typeof globals.afterEach;
  const jest: typeof globals.jest;
}
