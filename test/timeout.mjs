import { jest } from '@jest/globals';

/** Processes, a broker and a database take their time on a busy machine. (Jest ignores `testTimeout` of a project.) */
jest.setTimeout(60_000);
