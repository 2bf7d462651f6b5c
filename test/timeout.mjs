import { jest } from '@jest/globals';

/** Both waiting for processes and computing take long on a busy machine. (Jest ignores `testTimeout` of a project.) */
jest.setTimeout(60_000);
