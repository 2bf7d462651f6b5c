import type { KeyColumn } from './keyed.js';

/** Primary keys, in the order of a key's parts. */
export const PAIR: readonly KeyColumn[] = [
  { name: 'own', type: 'text' },
  { name: 'peer', type: 'text' },
];
export const DIRECTED: readonly KeyColumn[] = [...PAIR, { name: 'direction', type: 'text' }];
export const PLACE: readonly KeyColumn[] = [
  ...DIRECTED,
  { name: 'ep', type: 'int4' },
  { name: 'n', type: 'int8' },
];
export const LOG: readonly KeyColumn[] = [...PAIR, { name: 'ep', type: 'int4' }];
export const IN_LOG: readonly KeyColumn[] = [...LOG, { name: 'side', type: 'text' }];
export const IDX: KeyColumn = { name: 'idx', type: 'int8' };
/** The whole key: of tables that are small, or are looked at by no part of it. */
export const KEY: readonly KeyColumn[] = [{ name: 'key', type: 'text' }];

export const CASE: readonly KeyColumn[] = [
  { name: 'own', type: 'text' },
  { name: 'id', type: 'uuid' },
];

export const MUTABLE = { isMutable: true } as const;
export const WRITTEN_ONCE = { isMutable: false } as const;
/** Made under a name that nobody had before, and taken away by whom it waits for. */
export const QUEUED = { isMutable: false, isRemovable: true } as const;
