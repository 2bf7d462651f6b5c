import { createHash } from 'node:crypto';
import { beginEpoch, keyOf, statement, View } from '#exchange';
import { type Database, settled } from './database.js';
import { Shell } from './shell.js';

const RESEND_AFTER_MS = 10_000;

/** A node that can lose its disk and go on from a backup, in new epochs that it states until they are answered. */
export class Restorable extends Shell {
  /** Epochs of ours that are stated until they are answered. */
  stating = new Map<string, { readonly content: object; readonly hash: string }>();
  private backup:
    | {
        database: Database;
        stating: Map<string, { content: object; hash: string }>;
      }
    | undefined;
  isRestored = false;
  private readonly askedAt = new Map<string, number>();

  takeBackup(): void {
    this.backup = {
      database: this.database.copy(),
      stating: new Map(this.stating),
    };
  }

  /** The disk is gone; the operator puts the backup back and says so in the configuration. */
  restore(): boolean {
    if (!this.backup) return false;
    const ep = Math.floor(this.clock / 1000);
    this.database = this.backup.database.copy();
    this.stating = new Map(this.backup.stating);
    this.firstEpoch = ep;
    this.isRestored = true;
    const pairs = [...this.database.entries('pair')].map(([, row]) => row);
    for (const { peer } of pairs) this.beginEpoch(peer, ep);
    return true;
  }

  private beginEpoch(peer: string, ep: number): void {
    const { result } = settled(this.database, (facts) => {
      const view = new View(facts);
      const begun = beginEpoch(view, this.circumstances('epoch'), this.own, peer, ep);
      const hash = createHash('sha256').update(JSON.stringify(begun.content)).digest('base64url');
      view.put('epoch', keyOf.epoch(this.own, peer, 'out', ep), {
        hash,
        content: begun.content,
        answeredAt: null,
        lost: null,
      });
      return { changes: view.changes(), content: begun.content, hash };
    });
    this.database.apply(result.changes);
    this.stating.set(peer, { content: result.content, hash: result.hash });
  }

  protected stateEpochs(): void {
    for (const [, { peer, outEp }] of this.database.entries('pair')) {
      const row = this.database.get('epoch', keyOf.epoch(this.own, peer, 'out', outEp));
      const stated = this.stating.get(peer);
      if (!row && outEp > 1 && !stated) {
        // A pair that the backup did not know begins with the restore's number; that is stated like the others.
        const pair = this.pair(peer);
        const content = {
          ...statement({ ...pair, outN: 0, outD: null }, this.clock),
          ep: outEp,
          sent: null,
          re: null,
        };
        const hash = createHash('sha256').update(JSON.stringify(content)).digest('base64url');
        const epoch = { hash, content, answeredAt: null, lost: null };
        this.database.apply({ epoch: new Map([[keyOf.epoch(this.own, peer, 'out', outEp), epoch]]) });
        this.stating.set(peer, { content, hash });
      }
      const current = this.stating.get(peer);
      if (!current || !this.isDue(`epoch ${peer}`, RESEND_AFTER_MS)) continue;
      if (this.database.get('epoch', keyOf.epoch(this.own, peer, 'out', outEp))?.answeredAt)
        this.stating.delete(peer);
      else this.publishStatement(peer, 'valise-epoch+jws', current.content, current.hash);
    }
  }

  protected isDue(what: string, afterMs: number): boolean {
    const last = this.askedAt.get(what) ?? -Infinity;
    if (this.clock - last < afterMs) return false;
    this.askedAt.set(what, this.clock);
    return true;
  }
}
