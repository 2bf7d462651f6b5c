import type { Types } from '../../operations.js';

export const REQUESTS: Types = ['request', 'standing-request', 'confirmation'];
