import { createHash } from 'node:crypto';
import { canonicalBytes, type Json, ValiseError } from '#core';
import type { Principal } from '#service';
import { arraysOf, type Statement, unnested } from '../rows/keyed.js';
import type { Ask } from '../rows/settling.js';

/** Longer than a caller retries, weekends included; kept forever they would fill the disk. */
export const CLAIMS_KEPT_HOURS = 48;

/** An Idempotency-Key with the request that it stands for. */
export interface Claim {
  readonly tokenId: string;
  readonly key: string;
  /** Of the request, SHA-256 in hex. */
  readonly hash: string;
}

/** What became of claims in one transaction. */
export interface Claimed {
  readonly isOurs: (claim: Claim | undefined) => boolean;
  /** The answer that was given before. @throws ValiseError IDEMPOTENCY_MISMATCH where the key was used for another request */
  readonly answerTo: (claim: Claim) => unknown;
}

const KEYS = [
  { name: 'token_id', type: 'text' },
  { name: 'key', type: 'text' },
] as const;
const HASHED = [...KEYS, { name: 'request_sha256', type: 'text' }] as const;
const ANSWERED = [...KEYS, { name: 'response', type: 'jsonb' }] as const;

const CLAIM = `INSERT INTO idempotency_key AS known (token_id, key, request_sha256, response, created_at)
  SELECT v.token_id, v.key, v.request_sha256, 'null', now() FROM ${unnested(HASHED)} AS v (token_id, key, request_sha256)
  ON CONFLICT (token_id, key) DO UPDATE SET request_sha256 = EXCLUDED.request_sha256, response = 'null', created_at = now()
    WHERE known.created_at <= now() - interval '${CLAIMS_KEPT_HOURS} hours'
  RETURNING token_id, key`;
const LOOK_UP = `SELECT t.token_id, t.key, t.request_sha256, t.response FROM ${unnested(KEYS)} AS v (token_id, key)
  JOIN idempotency_key t ON t.token_id = v.token_id AND t.key = v.key`;
const ANSWER = `UPDATE idempotency_key t SET response = v.response FROM ${unnested(ANSWERED)} AS v (token_id, key, response)
  WHERE t.token_id = v.token_id AND t.key = v.key`;
const RELEASE = `DELETE FROM idempotency_key t USING ${unnested(KEYS)} AS v (token_id, key)
  WHERE t.token_id = v.token_id AND t.key = v.key`;

export function claimOf(
  { tokenId }: Pick<Principal, 'tokenId'>,
  key: string | undefined,
  request: unknown,
): Claim | undefined {
  if (key === undefined) return undefined;
  return { tokenId, key, hash: createHash('sha256').update(canonicalBytes(request)).digest('hex') };
}

/**
 * Claims keys in the transaction of what they stand for: who has one is the only one to do it. Two transactions that claim the same
 * one meet at its row, the second waiting for the end of the first.
 */
export async function claim(ask: Ask, claims: readonly (Claim | undefined)[]): Promise<Claimed> {
  const wanted = claims
    .flatMap((one) => (one ? [one] : []))
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  if (wanted.length === 0) return { isOurs: () => true, answerTo: () => undefined };
  const rows = wanted.map(({ tokenId, key, hash }) => [tokenId, key, hash]);
  const ours = await ask({ name: 'claims insert', text: CLAIM, values: arraysOf(HASHED, rows) });
  const claimed = new Set(ours.rows.map(({ token_id, key }) => `${String(token_id)} ${String(key)}`));
  const others = wanted.filter((one) => !claimed.has(nameOf(one)));
  const answers = new Map<string, { hash: unknown; response: unknown }>();
  if (others.length > 0) {
    const keys = others.map(({ tokenId, key }) => [tokenId, key]);
    const known = await ask({ name: 'claims load', text: LOOK_UP, values: arraysOf(KEYS, keys) });
    for (const { token_id, key, request_sha256: hash, response } of known.rows)
      answers.set(`${String(token_id)} ${String(key)}`, { hash, response });
  }
  return {
    isOurs: (one) => one === undefined || claimed.has(nameOf(one)),
    answerTo: (one) => {
      const known = answers.get(nameOf(one));
      if (known?.hash !== one.hash)
        throw new ValiseError('IDEMPOTENCY_MISMATCH', 'this Idempotency-Key was used for another request', {
          path: 'Idempotency-Key',
          remedy: 'use a new key',
        });
      return known.response;
    },
  };
}

/** Keeps what was answered, and gives back keys of what was refused: it may be tried again under them. */
export function settleClaims(
  settled: readonly { readonly claim: Claim | undefined; readonly answer: Json | undefined }[],
): Statement[] {
  const answered = settled.flatMap(({ claim: one, answer }) =>
    one && answer !== undefined ? [[one.tokenId, one.key, JSON.stringify(answer)]] : [],
  );
  const refused = settled.flatMap(({ claim: one, answer }) =>
    one && answer === undefined ? [[one.tokenId, one.key]] : [],
  );
  return [
    ...(answered.length > 0
      ? [{ name: 'claims answer', text: ANSWER, values: arraysOf(ANSWERED, answered) }]
      : []),
    ...(refused.length > 0
      ? [{ name: 'claims release', text: RELEASE, values: arraysOf(KEYS, refused) }]
      : []),
  ];
}

export function nameOf({ tokenId, key }: Pick<Claim, 'tokenId' | 'key'>): string {
  return `${tokenId} ${key}`;
}
