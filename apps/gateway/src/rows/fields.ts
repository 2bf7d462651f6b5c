import type { Edge } from '#ledger';
import type { SqlType, SqlValue } from './binary.js';

/** A member of a row, as columns: how it is written, and read from what the driver parsed. */
export interface Field<V> {
  readonly types: readonly SqlType[];
  /** What follows the field's name in the names of its columns, if there are several. */
  readonly suffixes: readonly string[];
  readonly write: (value: V) => readonly SqlValue[];
  readonly read: (values: readonly unknown[]) => V;
}

function plain<V>(type: SqlType): Field<V> {
  return {
    types: [type],
    suffixes: [''],
    write: (value) => [value as SqlValue],
    read: ([value]) => value as V,
  };
}

export const text = <V extends string | null = string>(): Field<V> => plain<V>('text');
export const uuid = <V extends string | null = string>(): Field<V> => plain<V>('uuid');
export const int4 = <V extends number | null = number>(): Field<V> => plain<V>('int4');
export const int8 = <V extends number | null = number>(): Field<V> => plain<V>('int8');
export const bool = <V extends boolean | null = boolean>(): Field<V> => plain<V>('bool');
export const bytea = <V extends Buffer | null = Buffer>(): Field<V> => plain<V>('bytea');
/** Unix milliseconds in a column of instants. */
export const instant = <V extends number | null = number>(): Field<V> => plain<V>('timestamptz');

/** Of values that JSON can say. Null is SQL's. */
export function json<V>(): Field<V> {
  return {
    ...plain<V>('jsonb'),
    write: (value) => [value === null ? null : JSON.stringify(value)],
  };
}

const HASH_BYTES = 32;

/** The edge of a log: its size, and its hashes one after the other. */
export const edge: Field<Edge> = {
  types: ['int8', 'bytea'],
  suffixes: ['_size', '_edge'],
  write: ({ size, hashes }) => [size, Buffer.concat(hashes)],
  read: ([size, bytes]) => {
    const all = bytes as Buffer;
    const hashes = Array.from({ length: all.length / HASH_BYTES }, (_, index) =>
      all.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
    );
    return { size: size as number, hashes };
  },
};
