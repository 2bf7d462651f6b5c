import type { ValueTransformer } from 'typeorm';

/** PostgreSQL's bigint arrives as text; ours count messages and bytes and stay far below 2^53. */
export const integer: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
};
