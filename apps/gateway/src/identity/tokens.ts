import { randomBytes } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { uuidv7, ValiseError } from '#core';
import { type AccessRole, newToken, type PageQuery, type Principal, type TokenStore } from '#service';
import { Column, DataSource, Entity, LessThan, PrimaryColumn } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Ledger } from '../ledger/ledger.js';

/** Looked up at most this often: a revoked token works no longer than this. */
const CACHE_MS = 5_000;
const CACHE_SIZE_MAX = 10_000;
const BOOTSTRAP = 'configuration';

@Entity('access_token')
export class AccessToken {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'bigint', insert: false, update: false }) seq!: string;
  @Column('text') name!: string;
  @Column('text') role!: AccessRole;
  @Column('text', { nullable: true }) authority!: string | null;
  @Column('text', { select: false }) sha256!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('text', { name: 'created_by' }) createdBy!: string;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
}

export interface TokenRequest {
  readonly name: string;
  readonly role: AccessRole;
  readonly authority: string | null;
  readonly expiresAt: string | null;
}

/** Access tokens: stored hashed, shown once, revocable. */
@Injectable()
export class Tokens implements TokenStore, OnModuleInit {
  private readonly cache = new Map<string, { principal: Principal | undefined; until: number }>();

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly ledger: Ledger,
  ) {}

  /** The first administrator's token comes from the configuration; every other one from an administrator. */
  async onModuleInit(): Promise<void> {
    const sha256 = this.configuration.administratorTokenSha256;
    if (sha256 === undefined) return;
    await this.database
      .createQueryBuilder()
      .insert()
      .into(AccessToken)
      .values({
        ...this.row(
          { name: 'first administrator', role: 'administrator', authority: null, expiresAt: null },
          BOOTSTRAP,
        ),
        sha256,
      })
      .orIgnore()
      .execute();
  }

  async findByHash(sha256: string): Promise<Principal | undefined> {
    const known = this.cache.get(sha256);
    if (known && known.until > Date.now()) return known.principal;
    const row = await this.database.getRepository(AccessToken).findOneBy({ sha256 });
    const live = row && !row.revokedAt && (!row.expiresAt || row.expiresAt.getTime() > Date.now());
    const principal = live
      ? { tokenId: row.id, name: row.name, role: row.role, authority: row.authority }
      : undefined;
    if (this.cache.size >= CACHE_SIZE_MAX) this.cache.clear();
    this.cache.set(sha256, { principal, until: Date.now() + CACHE_MS });
    return principal;
  }

  /** @returns the token itself, which is shown this once */
  async issue(by: Principal, request: TokenRequest): Promise<{ token: string; row: AccessToken }> {
    this.requireOurs(request);
    const { token, sha256 } = newToken();
    const row = this.row(request, by.tokenId);
    await this.database.transaction(async (tx) => {
      await tx.insert(AccessToken, { ...row, sha256 });
      await this.record(tx, 'token-issued', by, row.id, request.role, request.authority);
    });
    return { token, row: row as AccessToken };
  }

  async revoke(by: Principal, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const row = await tx.findOneBy(AccessToken, { id });
      if (!row) throw new ValiseError('NOT_FOUND', `there is no token ${id}`, { path: 'id' });
      if (row.revokedAt) return;
      await tx.update(AccessToken, { id }, { revokedAt: new Date() });
      await this.record(tx, 'token-revoked', by, id, row.role, row.authority);
    });
    this.cache.clear();
  }

  list(query: PageQuery): Promise<AccessToken[]> {
    return this.database.getRepository(AccessToken).find({
      where: query.after === undefined ? {} : { seq: LessThan(query.after) },
      order: { seq: 'DESC' },
      take: query.limit + 1,
    });
  }

  private requireOurs({ role, authority }: TokenRequest): void {
    if (authority !== null && !this.configuration.authorities.some(({ id }) => id === authority))
      throw new ValiseError('INPUT_INVALID', `authority: this node serves no authority ${authority}`, {
        path: 'authority',
      });
    if (authority === null && role !== 'administrator')
      throw new ValiseError('INPUT_INVALID', `authority: a token of the role ${role} is for one authority`, {
        path: 'authority',
      });
  }

  private row(request: TokenRequest, createdBy: string) {
    const now = new Date();
    const expiresAt = request.expiresAt === null ? null : new Date(request.expiresAt);
    return {
      id: uuidv7(now.getTime(), randomBytes(16)),
      ...request,
      expiresAt,
      createdAt: now,
      createdBy,
      revokedAt: null,
    };
  }

  private record(
    tx: Parameters<Ledger['append']>[0],
    act: string,
    by: Principal,
    token: string,
    role: string,
    authority: string | null,
  ) {
    return this.ledger.append(tx, new Date(), [
      { log: 'internal', kind: 'administration', content: { act, by: by.tokenId, token, role, authority } },
    ]);
  }
}
