import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ValiseError, instantOf, unixSeconds, uuidv7 } from '#core';
import { type Principal, type TokenStore, newToken } from '#service';
import { DataSource, IsNull } from 'typeorm';
import { CONFIGURATION, type DepositaryConfiguration } from '../configuration.js';
import { TokenRow } from '../database/entities.js';

const TOKENS_MAX = 1_000;

/** Who may call. The first administrator's token stands (hashed) in the configuration; the rest are issued here. */
@Injectable()
export class Tokens implements TokenStore {
  constructor(
    private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: DepositaryConfiguration,
  ) {}

  async findByHash(sha256: string): Promise<Principal | undefined> {
    if (sha256 === this.configuration.administratorTokenSha256)
      return { tokenId: 'bootstrap', name: 'administrator', role: 'administrator', authority: null };
    const row = await this.database.getRepository(TokenRow).findOneBy({ sha256, revokedAt: IsNull() });
    return row ? { tokenId: row.id, name: row.name, role: row.role, authority: null } : undefined;
  }

  /** The token itself is in this answer only. */
  async issue(name: string, role: TokenRow['role'], by: Principal) {
    const tokens = this.database.getRepository(TokenRow);
    if ((await tokens.countBy({ revokedAt: IsNull() })) >= TOKENS_MAX)
      throw new ValiseError('CONFLICT', `there are ${TOKENS_MAX} tokens; revoke some first`);
    const { token, sha256 } = newToken();
    const now = new Date();
    const id = uuidv7(now.getTime(), randomBytes(16));
    await tokens.insert({
      id,
      name,
      role,
      sha256,
      createdAt: now,
      createdBy: by.name,
      revokedAt: null,
    });
    return { id, name, role, token };
  }

  async list() {
    const rows = await this.database
      .getRepository(TokenRow)
      .find({ where: { revokedAt: IsNull() }, order: { id: 'DESC' }, take: TOKENS_MAX });
    return {
      items: rows.map(({ id, name, role, createdAt, createdBy }) => ({
        id,
        name,
        role,
        createdAt: instantOf(unixSeconds(createdAt)),
        createdBy,
      })),
    };
  }

  async revoke(id: string): Promise<void> {
    const { affected } = await this.database
      .getRepository(TokenRow)
      .update({ id, revokedAt: IsNull() }, { revokedAt: new Date() });
    if (!affected) throw new ValiseError('NOT_FOUND', 'there is no such token in force');
  }
}
