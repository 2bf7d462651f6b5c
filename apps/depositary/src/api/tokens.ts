import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ValiseError, instantOf, unixSeconds, uuidv7 } from '#core';
import { KnownTokens, type Principal, type TokenStore, newToken } from '#service';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { CONFIGURATION, type DepositaryConfiguration } from '../configuration.js';
import { TokenRow } from '../database/entities.js';

const TOKENS_MAX = 1_000;

const DAY_MS = 86_400_000;
/** A forgotten token of a state's system must not be valid forever; offices renew once a year. */
const TOKEN_DAYS_MAX = 366;
const TOKEN_DAYS = 90;

export interface NewToken {
  readonly name: string;
  readonly role: TokenRow['role'];
  readonly expiresAt?: string | undefined;
}

/** Who may call. The first administrator's token stands (hashed) in the configuration; the rest are issued here. */
@Injectable()
export class Tokens implements TokenStore {
  private readonly known = new KnownTokens(() => this.inForce());

  constructor(
    private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: DepositaryConfiguration,
  ) {}

  async findByHash(sha256: string): Promise<Principal | undefined> {
    if (sha256 === this.configuration.administratorTokenSha256)
      return { tokenId: 'bootstrap', name: 'administrator', role: 'administrator', authority: null };
    return this.known.find(sha256);
  }

  private async inForce() {
    const rows = await this.database.getRepository(TokenRow).find({
      where: { revokedAt: IsNull(), expiresAt: MoreThan(new Date()) },
      take: TOKENS_MAX,
    });
    return new Map(
      rows.map(({ id, name, role, sha256, expiresAt }) => [
        sha256,
        { principal: { tokenId: id, name, role, authority: null }, expiresAt: expiresAt.getTime() },
      ]),
    );
  }

  /** The token itself is in this answer only. */
  async issue({ name, role, expiresAt }: NewToken, by: Principal) {
    const tokens = this.database.getRepository(TokenRow);
    if ((await tokens.countBy({ revokedAt: IsNull(), expiresAt: MoreThan(new Date()) })) >= TOKENS_MAX)
      throw new ValiseError('CONFLICT', `there are ${TOKENS_MAX} tokens; revoke some first`);
    const { token, sha256 } = newToken();
    const now = new Date();
    const until = endOf(expiresAt, now);
    const id = uuidv7(now.getTime(), randomBytes(16));
    await tokens.insert({
      id,
      name,
      role,
      sha256,
      createdAt: now,
      createdBy: by.name,
      expiresAt: until,
      revokedAt: null,
    });
    this.known.forget();
    return { id, name, role, token, expiresAt: instantOf(unixSeconds(until)) };
  }

  async list() {
    const rows = await this.database.getRepository(TokenRow).find({
      where: { revokedAt: IsNull(), expiresAt: MoreThan(new Date()) },
      order: { id: 'DESC' },
      take: TOKENS_MAX,
    });
    return {
      items: rows.map(({ id, name, role, createdAt, createdBy, expiresAt }) => ({
        id,
        name,
        role,
        createdAt: instantOf(unixSeconds(createdAt)),
        createdBy,
        expiresAt: instantOf(unixSeconds(expiresAt)),
      })),
    };
  }

  async revoke(id: string): Promise<void> {
    const { affected } = await this.database
      .getRepository(TokenRow)
      .update({ id, revokedAt: IsNull() }, { revokedAt: new Date() });
    this.known.forget();
    if (!affected) throw new ValiseError('NOT_FOUND', 'there is no such token in force');
  }
}

/** @throws ValiseError INPUT_INVALID */
function endOf(expiresAt: string | undefined, now: Date): Date {
  const until = expiresAt === undefined ? new Date(now.getTime() + TOKEN_DAYS * DAY_MS) : new Date(expiresAt);
  const days = (until.getTime() - now.getTime()) / DAY_MS;
  if (days > 0 && days <= TOKEN_DAYS_MAX) return until;
  throw new ValiseError(
    'INPUT_INVALID',
    `expiresAt: must be after now and within ${TOKEN_DAYS_MAX} days, and is ${until.toISOString()}`,
    { path: 'expiresAt' },
  );
}
