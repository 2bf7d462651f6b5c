import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { uuidv7, ValiseError } from '#core';
import { type AccessRole, KnownTokens, type Principal, type TokenStore } from '#service';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Ledger } from '../ledger/ledger.js';
import { applyConfiguration } from './first-administrator.js';
import { areOfTwoLines } from './lines.js';
import { AccessToken } from './token.entity.js';

/** In force at once, for all authorities of a node: all of them are read as one table. */
const TOKENS_MAX = 10_000;
/** A token that no second administrator approved by then lapses. */
const PENDING_DAYS = 7;
const DAY_MS = 86_400_000;
/** Tokens that sign, review consents or issue tokens need two administrators, of different lines. */
const FOUR_EYES: readonly AccessRole[] = ['head', 'security-officer', 'administrator'];
/** May be for the node as a whole: neither reads what an authority exchanges. `system` is then for monitoring. */
const OF_THE_NODE: readonly AccessRole[] = ['administrator', 'system'];

export interface TokenRequest {
  readonly name: string;
  readonly role: AccessRole;
  readonly authority: string | null;
  readonly expiresAt: string | null;
  /** Of the token, which its holder made and keeps. */
  readonly sha256: string;
}

/**
 * Access tokens. Their holders make them and hand over the hash only, so that an administrator holds no token that
 * reads; an administrator of one authority sees and issues its tokens only.
 */
@Injectable()
export class Tokens implements TokenStore, OnModuleInit {
  private readonly known = new KnownTokens(() => this.inForce());

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): Promise<void> {
    return applyConfiguration(this.database, this.configuration, this.ledger);
  }

  findByHash(sha256: string): Promise<Principal | undefined> {
    return this.known.find(sha256);
  }

  /** @returns the token's record, `pending` where a second administrator has to approve it */
  async issue(by: Principal, request: TokenRequest): Promise<AccessToken> {
    this.requireOurs(request);
    requireScope(by, request.authority);
    const { name, role, authority, sha256 } = request;
    const id = await this.database.transaction(async (tx) => {
      await this.requireRoom(tx);
      const needsSecond = FOUR_EYES.includes(role);
      const now = new Date();
      const row = {
        id: uuidv7(now.getTime(), randomBytes(16)),
        ...{ name, role, authority, sha256 },
        createdAt: now,
        createdBy: by.tokenId,
        expiresAt: request.expiresAt === null ? null : new Date(request.expiresAt),
        revokedAt: null,
        approval: needsSecond ? ('pending' as const) : ('none' as const),
      };
      const inserted = await tx
        .createQueryBuilder()
        .insert()
        .into(AccessToken)
        .values(row)
        .orIgnore()
        .returning('id')
        .execute();
      if ((inserted.raw as unknown[]).length === 0)
        throw new ValiseError('CONFLICT', 'sha256: a token with this hash was issued before', {
          path: 'sha256',
          remedy: 'the holder makes another token',
        });
      await this.record(tx, needsSecond ? 'token-asked' : 'token-issued', by, row);
      return row.id;
    });
    this.known.forget();
    return this.database.getRepository(AccessToken).findOneByOrFail({ id });
  }

  /** The second of four eyes, of another line than the one who asked. */
  async approve(by: Principal, id: string): Promise<AccessToken> {
    await this.database.transaction(async (tx) => {
      const row = await this.lock(tx, by, id);
      if (row.approval === 'given') return;
      if (row.approval === 'none' || row.revokedAt)
        throw new ValiseError('CONFLICT', `the token ${id} does not wait for an approval`, { path: 'id' });
      if (row.createdAt.getTime() + PENDING_DAYS * DAY_MS <= Date.now())
        throw new ValiseError('CONFLICT', `the token ${id} was asked for over ${PENDING_DAYS} days ago`, {
          path: 'id',
          remedy: 'ask for it again',
        });
      if (!(await areOfTwoLines(tx, by.tokenId, row.createdBy)))
        throw new ValiseError(
          'FORBIDDEN',
          'a second administrator of another line must approve: one who does not descend from the same first administrator as the one who asked',
          {
            path: 'id',
            remedy:
              'GET /v1/tokens says under createdBy who asked for whom; where there is one line only, name a second person’s token in administratorTokenSha256',
          },
        );
      await tx.update(
        AccessToken,
        { id },
        { approval: 'given', approvedBy: by.tokenId, approvedAt: new Date() },
      );
      await this.record(tx, 'token-approved', by, row);
    });
    this.known.forget();
    return this.database.getRepository(AccessToken).findOneByOrFail({ id });
  }

  async revoke(by: Principal, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = await this.lock(tx, by, id);
      if (row.revokedAt) return;
      await tx.update(AccessToken, { id }, { revokedAt: new Date() });
      await this.record(tx, 'token-revoked', by, row);
    });
    this.known.forget();
  }

  private async inForce() {
    const rows = await this.database
      .getRepository(AccessToken)
      .createQueryBuilder('token')
      .addSelect('token.sha256')
      .where(`token.revoked_at IS NULL AND token.approval <> 'pending'`)
      .andWhere('(token.expires_at IS NULL OR token.expires_at > now())')
      .getMany();
    return new Map(
      rows.map(({ id: tokenId, name, role, authority, sha256, expiresAt }) => [
        sha256,
        { principal: { tokenId, name, role, authority }, expiresAt: expiresAt?.getTime() ?? null },
      ]),
    );
  }

  private async requireRoom(tx: EntityManager): Promise<void> {
    const [row]: { count: string }[] = await tx.query(
      `SELECT count(*) FROM access_token WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    );
    if (Number(row?.count) >= TOKENS_MAX)
      throw new ValiseError('CONFLICT', `${TOKENS_MAX} tokens are in force`, { remedy: 'revoke some first' });
  }

  private async lock(tx: EntityManager, { authority }: Principal, id: string): Promise<AccessToken> {
    const where = { id, ...(authority !== null && { authority }) };
    const row = await tx.findOne(AccessToken, { where, lock: { mode: 'pessimistic_write' } });
    if (!row) throw new ValiseError('NOT_FOUND', `there is no token ${id}`, { path: 'id' });
    return row;
  }

  private requireOurs({ role, authority }: TokenRequest): void {
    if (authority !== null && !this.configuration.authorities.some(({ id }) => id === authority))
      throw new ValiseError('INPUT_INVALID', `authority: this node serves no authority ${authority}`, {
        path: 'authority',
      });
    if (authority === null && !OF_THE_NODE.includes(role))
      throw new ValiseError('INPUT_INVALID', `authority: a token of the role ${role} is for one authority`, {
        path: 'authority',
      });
  }

  private record(
    tx: EntityManager,
    act: string,
    by: Principal,
    { id: token, role, authority }: Pick<AccessToken, 'id' | 'role' | 'authority'>,
  ) {
    return this.ledger.append(tx, new Date(), [
      {
        authority,
        kind: 'administration',
        content: { act, by: by.tokenId, token, role, authority },
      },
    ]);
  }
}

/** @throws ValiseError FORBIDDEN for an administrator of one authority who reaches for another, or for the node */
function requireScope(by: Principal, authority: string | null): void {
  if (by.authority !== null && by.authority !== authority)
    throw new ValiseError(
      'FORBIDDEN',
      `authority: an administrator of ${by.authority} issues tokens for it only`,
      {
        path: 'authority',
      },
    );
}
