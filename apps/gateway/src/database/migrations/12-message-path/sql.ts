import type { QueryRunner } from 'typeorm';

/** libs/exchange's key of a numbered message, from a row of the old table. */
export const messageKey = (m: string): string =>
  `${m}.authority || ' ' || ${peerOf(m)} || ' ' || ${m}.direction || ' ' || ${m}.ep || ' ' || ${m}.n`;

export const peerOf = (m: string): string =>
  `CASE ${m}.direction WHEN 'out' THEN ${m}.recipient ELSE ${m}.sender END`;

/** The content of a statement that was signed. */
export const contentOf = (jws: string): string => {
  const payload = `${jws}->>'payload'`;
  const padded = `rpad(translate(${payload}, '-_', '+/'), (length(${payload}) + 3) / 4 * 4, '=')`;
  return `convert_from(decode(${padded}, 'base64'), 'UTF8')::jsonb`;
};

/** Bytes as base64url; PostgreSQL breaks lines. */
export const base64url = (bytes: string): string =>
  `translate(encode(${bytes}, 'base64'), '+/=' || chr(10), '-_')`;

/** A key that nobody had before, of an entry of an internal log. */
export const NEW_KEY = base64url('uuid_send(gen_random_uuid())');

/** Lists go on where they were: a number that was given is not given again. */
export async function goOn(
  runner: QueryRunner,
  old: { readonly table: string; readonly column: string },
  sequence: string,
): Promise<void> {
  await runner.query(
    `SELECT setval(${sequence}::regclass, last) FROM (SELECT pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass) AS last) AS given
     WHERE last IS NOT NULL`,
    [old.table, old.column],
  );
}

/** Of a new table's `seq`. */
export const sequenceOf = (table: string): string => `pg_get_serial_sequence('${table}', 'seq')`;
