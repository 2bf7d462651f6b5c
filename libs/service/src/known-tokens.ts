import type { Principal } from './access.js';

export interface KnownToken {
  readonly principal: Principal;
  /** Unix milliseconds, or null for a token without an end. */
  readonly expiresAt: number | null;
}

/** A token that another replica revoked works no longer than this. */
const FRESH_MS = 5_000;
/**
 * A token that is not known may have been issued by another replica a moment ago, so the table is read once more; but at
 * most four times a second, however many tokens somebody makes up.
 */
const UNKNOWN_MS = 250;

/**
 * All tokens in force, by their hash, read as one table: an invalid token costs a lookup in memory, and neither a query
 * of its own nor the place of a token in use.
 *
 * @param load every token in force; bounded by the issuer
 * @param now milliseconds, monotonic
 */
export class KnownTokens {
  private table: { readonly tokens: ReadonlyMap<string, KnownToken>; readonly readAt: number } | undefined;
  private reading: Promise<ReadonlyMap<string, KnownToken>> | undefined;
  private generation = 0;

  constructor(
    private readonly load: () => Promise<ReadonlyMap<string, KnownToken>>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async find(sha256: string): Promise<Principal | undefined> {
    const known = (await this.noOlderThan(FRESH_MS)).get(sha256);
    const token = known ?? (await this.noOlderThan(UNKNOWN_MS)).get(sha256);
    if (!token || (token.expiresAt !== null && token.expiresAt <= Date.now())) return undefined;
    return token.principal;
  }

  /** After a change of ours: nothing that was read before it, or is being read now, counts any more. */
  forget(): void {
    this.generation++;
    this.table = undefined;
    this.reading = undefined;
  }

  private noOlderThan(
    ageMs: number,
  ): ReadonlyMap<string, KnownToken> | Promise<ReadonlyMap<string, KnownToken>> {
    if (this.table && this.now() - this.table.readAt <= ageMs) return this.table.tokens;
    if (this.reading) return this.reading;
    const reading = this.read(this.generation).finally(() => {
      if (this.reading === reading) this.reading = undefined;
    });
    this.reading = reading;
    return reading;
  }

  private async read(generation: number): Promise<ReadonlyMap<string, KnownToken>> {
    const readAt = this.now();
    const tokens = await this.load();
    // A change came meanwhile: what was read may lack it.
    if (generation !== this.generation) return this.noOlderThan(0);
    this.table = { tokens, readAt };
    return tokens;
  }
}
