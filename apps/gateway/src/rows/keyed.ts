import { ValiseError } from '#core';
import type { Row, TableName } from '#exchange';
import { arrayOf, type SqlType, type SqlValue } from './binary.js';
import type { Field } from './fields.js';

export interface Statement {
  /** Names the text: the server plans it once for a session. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  /** How many rows it must change: a row that was locked cannot be gone. */
  readonly rows?: number;
}

/** One row to be written: as it was loaded and as it is to be; null where it is not. */
export interface Change<R> {
  readonly key: string;
  readonly before: R | null;
  readonly after: R | null;
}

/** How the rows of one of the core's tables are stored. */
export interface Stored<T extends TableName, R = Row<T>> {
  /** Whether a row can change after it was written, and so must be locked by who may change it. */
  readonly isMutable: boolean;
  /** @param keys sorted; rows are locked in this order */
  readonly load: (keys: readonly string[], lock: boolean) => Statement;
  /** @returns rows by key, of those that are there */
  readonly loaded: (keys: readonly string[], records: readonly StoredRecord[]) => Map<string, R>;
  readonly write: (changes: readonly Change<R>[]) => Statement[];
}

/** A row as the driver gives it, by column. */
export type StoredRecord = Readonly<Record<string, unknown>>;

export interface KeyColumn {
  readonly name: string;
  readonly type: SqlType;
}

export type Fields<R> = { readonly [F in keyof R]-?: Field<R[F]> };

interface Column {
  readonly name: string;
  readonly type: SqlType;
}

/** What a key's parts are, each a column of the primary key, in its order. */
export function splitKey(columns: readonly KeyColumn[], key: string): SqlValue[] | undefined {
  const parts = columns.length === 1 ? [key] : key.split(' ');
  if (parts.length !== columns.length) throw new Error(`a key with ${parts.length} parts: ${key}`);
  const values = parts.map((part, index) => partOf(columns[index]?.type ?? 'text', part));
  return values.includes(null) ? undefined : values;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** @returns null where no row can have it in its key */
function partOf(type: SqlType, part: string): SqlValue {
  if (type === 'text') return part;
  if (type === 'uuid') return UUID.test(part) ? part : null;
  return Number(part);
}

/** A table with one record for each row, under the key's parts. */
export function keyed<T extends TableName, R extends object = Row<T>>(
  table: string,
  key: readonly KeyColumn[],
  fields: Fields<R>,
  { isMutable, isRemovable = isMutable }: { readonly isMutable: boolean; readonly isRemovable?: boolean },
): Stored<T, R> {
  const members = Object.entries<Field<unknown>>(fields as never).map(([name, field]) => ({
    name,
    field,
    columns: field.suffixes.map((suffix, index): Column => ({
      name: snakeCase(name) + suffix,
      type: field.types[index] ?? 'text',
    })),
  }));
  // A member that the key names already is written with the key.
  const beside = members.filter(({ columns: [first] }) => !key.some(({ name }) => name === first?.name));
  const columns: readonly Column[] = [...key, ...beside.flatMap((member) => member.columns)];
  const valuesOf = (name: string, row: R): SqlValue[] => [
    ...(splitKey(key, name) ?? refuseKey(table, name)),
    ...beside.flatMap(({ name: member, field }) => field.write(row[member as never])),
  ];
  const same = key.map(({ name }) => `t.${name} = v.${name}`).join(' AND ');
  const texts = {
    load: `SELECT v.at AS "#", ${columns.map(({ name }) => `t.${name}`).join(', ')}
      FROM ${unnested(key, 'WITH ORDINALITY')} AS v (${names(key)}, at) JOIN ${table} t ON ${same}`,
    insert: `INSERT INTO ${table} (${names(columns)}) SELECT * FROM ${unnested(columns)}`,
    update: `UPDATE ${table} t SET ${columns
      .slice(key.length)
      .map(({ name }) => `${name} = v.${name}`)
      .join(', ')} FROM ${unnested(columns)} AS v (${names(columns)}) WHERE ${same}`,
    remove: `DELETE FROM ${table} t USING ${unnested(key)} AS v (${names(key)}) WHERE ${same}`,
  };
  return {
    isMutable,
    load: (keys, lock) => ({
      name: `${table} ${lock ? 'lock' : 'load'}`,
      text: lock ? `${texts.load} ORDER BY v.at FOR UPDATE OF t` : texts.load,
      values: arraysOf(key, rowsOf(key, keys)),
    }),
    loaded: (keys, records) =>
      new Map(
        records.map((record) => [
          storedKeys(key, keys)[Number(record['#']) - 1] ?? '',
          Object.fromEntries(
            members.map(({ name, field, columns: own }) => [
              name,
              field.read(own.map((column) => record[column.name])),
            ]),
          ) as unknown as R,
        ]),
      ),
    write: (changes) => {
      const inserted = changes.flatMap(({ key: name, before, after }) =>
        before === null && after !== null ? [valuesOf(name, after)] : [],
      );
      const updated = changes.flatMap(({ key: name, before, after }) =>
        before !== null && after !== null ? [valuesOf(name, after)] : [],
      );
      const removed = changes.flatMap(({ key: name, before, after }) =>
        before !== null && after === null ? [splitKey(key, name) ?? refuseKey(table, name)] : [],
      );
      if ((!isMutable && updated.length > 0) || (!isRemovable && removed.length > 0))
        throw new Error(`rows of ${table} are written once`);
      return [
        ...statement(`${table} remove`, texts.remove, key, removed),
        ...statement(`${table} update`, texts.update, columns, updated),
        ...statement(`${table} insert`, texts.insert, columns, inserted),
      ];
    },
  };
}

function statement(
  name: string,
  text: string,
  columns: readonly Column[],
  rows: readonly (readonly SqlValue[])[],
): Statement[] {
  return rows.length === 0 ? [] : [{ name, text, values: arraysOf(columns, rows), rows: rows.length }];
}

/** One array for each column. */
export function arraysOf(columns: readonly Column[], rows: readonly (readonly SqlValue[])[]): Buffer[] {
  return columns.map(({ type }, index) =>
    arrayOf(
      type,
      rows.map((row) => row[index] ?? null),
    ),
  );
}

export function unnested(columns: readonly Column[], how = ''): string {
  return `unnest(${columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')}) ${how}`;
}

export function names(columns: readonly Column[]): string {
  return columns.map(({ name }) => name).join(', ');
}

/** Keys under which a row can be. */
export function storedKeys(columns: readonly KeyColumn[], keys: readonly string[]): string[] {
  return keys.filter((key) => splitKey(columns, key) !== undefined);
}

export function rowsOf(columns: readonly KeyColumn[], keys: readonly string[]): SqlValue[][] {
  return keys.flatMap((key) => {
    const values = splitKey(columns, key);
    return values ? [values] : [];
  });
}

function refuseKey(table: string, key: string): never {
  throw new ValiseError('INPUT_INVALID', `no row of ${table} can be under the key ${key}`);
}

function snakeCase(name: string): string {
  return name.replaceAll(/(?<=.)[A-Z]/g, '_$&').toLowerCase();
}
