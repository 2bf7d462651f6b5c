import { ValiseError } from '#core';

/**
 * Arrays in PostgreSQL's binary format (its source: array_send in arrayfuncs.c), so that one statement with `unnest` takes any number of
 * rows: its text, and so its plan, are the same for one row and for a thousand, and nothing has to be escaped.
 */

/** The types that our columns have. Instants are Unix milliseconds, JSON is its text. */
export type SqlType = 'text' | 'int4' | 'int8' | 'bool' | 'uuid' | 'bytea' | 'jsonb' | 'timestamptz';
export type SqlValue = string | number | boolean | Buffer | null;

interface Format {
  readonly oid: number;
  readonly size: (value: never) => number;
  readonly write: (into: Buffer, at: number, value: never) => void;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** PostgreSQL counts microseconds from 2000-01-01T00:00:00Z. */
const EPOCH_MS = 946_684_800_000;
const HEADER_BYTES = 20;
const NULL_LENGTH = -1;
/** What jsonb_recv knows is its version 1: the text itself. */
const JSONB_VERSION = 1;

const FORMATS: Readonly<Record<SqlType, Format>> = {
  text: {
    oid: 25,
    size: (value: string) => Buffer.byteLength(value),
    write: (into, at, value: string) => into.write(value, at),
  },
  int4: {
    oid: 23,
    size: () => 4,
    write: (into, at, value: number) => {
      if (value !== (value | 0)) throw unfit(`${value} is no whole number below 2^31`);
      into.writeInt32BE(value, at);
    },
  },
  int8: { oid: 20, size: () => 8, write: writeInt64 },
  bool: { oid: 16, size: () => 1, write: (into, at, value: boolean) => into.writeUInt8(Number(value), at) },
  uuid: {
    oid: 2950,
    size: () => 16,
    write: (into, at, value: string) => {
      if (!UUID.test(value)) throw unfit('not a UUID');
      into.write(value.replaceAll('-', ''), at, 'hex');
    },
  },
  bytea: {
    oid: 17,
    size: (value: Buffer) => value.length,
    write: (into, at, value: Buffer) => value.copy(into, at),
  },
  jsonb: {
    oid: 3802,
    size: (value: string) => 1 + Buffer.byteLength(value),
    write: (into, at, value: string) => into.write(value, into.writeUInt8(JSONB_VERSION, at)),
  },
  timestamptz: {
    oid: 1184,
    size: () => 8,
    write: (into, at, value: number) => {
      requireWhole(value);
      into.writeBigInt64BE(BigInt(value - EPOCH_MS) * 1000n, at);
    },
  },
};

/** What a column cannot have is the fault of whom it came from, and of nobody else in the batch. */
function unfit(problem: string): ValiseError {
  return new ValiseError('INPUT_INVALID', `a value cannot be stored: ${problem}`);
}

function requireWhole(value: number): void {
  if (!Number.isSafeInteger(value)) throw unfit(`${value} is no whole number below 2^53`);
}

/** @param value whole, and below 2^53 in amount */
function writeInt64(into: Buffer, at: number, value: number): void {
  requireWhole(value);
  into.writeBigInt64BE(BigInt(value), at);
}

/** @returns a one-dimensional array as a parameter of a statement */
export function arrayOf(type: SqlType, values: readonly SqlValue[]): Buffer {
  const { oid, size, write } = FORMATS[type];
  const sizes = values.map((value) => (value === null ? NULL_LENGTH : size(value as never)));
  const total = sizes.reduce((sum, bytes) => sum + 4 + Math.max(0, bytes), HEADER_BYTES);
  const array = Buffer.alloc(total);
  // Dimensions, whether there are nulls, the type; then length and first index of the one dimension.
  const header = [1, Number(sizes.includes(NULL_LENGTH)), oid, values.length, 1];
  let at = 0;
  for (const field of header) at = array.writeInt32BE(field, at);
  for (const [index, bytes] of sizes.entries()) {
    at = array.writeInt32BE(bytes, at);
    if (bytes < 0) continue;
    write(array, at, values[index] as never);
    at += bytes;
  }
  return array;
}
