import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { uuidv7 } from '#core';
import { type DataSource, type EntityManager, In } from 'typeorm';
import type { Configuration } from '../configuration.js';
import { type Ledger } from '../ledger/ledger.js';
import { AccessToken } from './token.entity.js';

/** Who issued the first administrators' tokens. */
export const BOOTSTRAP = 'configuration';

/**
 * What the configuration says of tokens, at the start and before anybody can call: a restore ends all that were issued before
 * it, for the backup may be older than a revocation; then the first administrators' tokens are made known, once each.
 */
export async function applyConfiguration(
  database: DataSource,
  { restoredAt, administratorTokenSha256: hashes = [] }: Configuration,
  ledger: Ledger,
): Promise<void> {
  await database.transaction(async (tx) => {
    if (restoredAt !== undefined) await endOlder(tx, restoredAt, ledger);
    for (const sha256 of hashes) await makeKnown(tx, sha256);
    const known = await tx.findBy(AccessToken, { sha256: In(hashes) });
    if (restoredAt !== undefined && known.some(({ revokedAt }) => revokedAt !== null))
      new Logger('Tokens').warn(
        'a first administrator’s token in the configuration is revoked or older than the restore; to issue tokens again, name the hash of a new one',
      );
  });
}

async function makeKnown(tx: EntityManager, sha256: string): Promise<void> {
  const now = new Date();
  await tx
    .createQueryBuilder()
    .insert()
    .into(AccessToken)
    .values({
      id: uuidv7(now.getTime(), randomBytes(16)),
      name: 'first administrator',
      role: 'administrator',
      authority: null,
      sha256,
      createdAt: now,
      createdBy: BOOTSTRAP,
      expiresAt: null,
      revokedAt: null,
      approval: 'none',
    })
    .orIgnore()
    .execute();
}

/** A moment in the future would revoke tokens that are not issued yet. */
async function endOlder(tx: EntityManager, restoredAt: string, ledger: Ledger): Promise<void> {
  const [ended]: { id: string }[][] = await tx.query(
    `UPDATE access_token SET revoked_at = now()
     WHERE revoked_at IS NULL AND created_at < LEAST($1::timestamptz, now()) RETURNING id`,
    [restoredAt],
  );
  if (!ended || ended.length === 0) return;
  new Logger('Tokens').warn(
    `a restore is on record: ${ended.length} tokens that were issued before it are revoked`,
  );
  const content = { act: 'tokens-ended-by-restore', restoredAt, tokens: ended.map(({ id }) => id) };
  await ledger.append(tx, new Date(), [{ authority: null, kind: 'administration', content }]);
}
