import type { Types } from '../../operations.js';

/** What #6 says of a request holds for its written confirmation: it is the request in writing. */
export const REQUESTS: Types = ['request', 'standing-request', 'confirmation'];
