import type { Operation } from '../../operations.js';
import { requestProcedure } from '../procedure.js';
import { execution } from './execution.js';
import { refusal } from './refusal.js';
import { contents, writing } from './request.js';
import { who, scope } from './scope.js';

export const operations: readonly Operation[] = [
  ...who,
  ...scope,
  ...contents,
  ...writing,
  ...execution,
  ...refusal,
  ...requestProcedure,
];
