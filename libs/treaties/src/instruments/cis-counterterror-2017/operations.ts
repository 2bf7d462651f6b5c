import type { Operation } from '../../operations.js';
import { requestProcedure } from '../procedure.js';
import { execution } from './execution.js';
import { refusal } from './refusal.js';
import { requests } from './request.js';
import { scope } from './scope.js';

export const operations: readonly Operation[] = [
  ...scope,
  ...requests,
  ...execution,
  ...refusal,
  ...requestProcedure,
];
