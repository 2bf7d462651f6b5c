import type { Register } from '../register/register.js';
import type { Revocations } from '../register/revocations.js';

/** The settlement asked for revocations that were not looked up yet. */
class NotLookedUp extends Error {}

/**
 * What a settlement knows of revocations. What the register as it is does not answer is looked up in older versions of lists, which
 * takes a database, so the settlement runs again with the answer.
 */
export class RevocationFacts {
  private readonly known = new Map<string, boolean>();
  private readonly asked = new Map<string, { readonly thumbprint: string; readonly authority: string }>();

  constructor(
    private readonly register: Register,
    private readonly revocations: Revocations,
  ) {}

  isRevoked(thumbprint: string, authority: string, at: number): boolean {
    const now = this.register.snapshot.resolve(thumbprint, new Date(at));
    if (now.ok) return false;
    if (now.code === 'CERTIFICATE_REVOKED') return true;
    const key = `${authority} ${thumbprint}`;
    const known = this.known.get(key);
    if (known === undefined) this.asked.set(key, { thumbprint, authority });
    return known ?? true;
  }

  /** @throws NotLookedUp: the result rests on a guess and must not be written */
  requireKnown<R>(result: R): R {
    if (this.asked.size > 0) throw new NotLookedUp();
    return result;
  }

  /** @returns undefined where it must run again, now that all it asked for is known */
  async completing<R>(run: () => Promise<R>): Promise<{ readonly result: R } | undefined> {
    try {
      return { result: await run() };
    } catch (thrown) {
      if (!(thrown instanceof NotLookedUp)) throw thrown;
      for (const [key, { thumbprint, authority }] of this.asked)
        this.known.set(key, await this.revocations.isRevoked(thumbprint, authority, new Date()));
      this.asked.clear();
      return undefined;
    }
  }
}
