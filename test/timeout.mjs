import { jest } from '@jest/globals';

/** What waits for processes and brokers, and what only computes, takes its time on a busy machine. (Jest ignores `testTimeout` of a project.) */
jest.setTimeout(60_000);
