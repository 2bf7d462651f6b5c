import { createHash } from 'node:crypto';
import { beginEpoch, keyOf, type Row, statement, View } from '#exchange';
import { type Database, settled } from './database.js';
import { Shell } from './shell.js';

const RESEND_AFTER_MS = 10_000;

/** A node that can lose its disk and go on from a backup, in new epochs that it states until they are answered. */
export class Restorable extends Shell {
  private backup: Database | undefined;
  isRestored = false;
  private readonly askedAt = new Map<string, number>();

  takeBackup(): void {
    this.backup = this.database.copy();
  }

  /** The disk is gone; the operator puts the backup back and says so in the configuration. */
  restore(): boolean {
    if (!this.backup) return false;
    const ep = Math.floor(this.clock / 1000);
    this.database = this.backup.copy();
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
      return { changes: view.changes() };
    });
    this.database.apply(result.changes);
  }

  /** An epoch of ours is stated until it is answered. */
  protected stateEpochs(): void {
    for (const { peer, epoch } of this.unanswered())
      if (epoch && this.isDue(`epoch ${peer}`, RESEND_AFTER_MS))
        this.publishStatement(peer, 'valise-epoch+jws', epoch.content, epoch.hash);
  }

  /** Epochs of ours that no peer has answered, and those that are to be stated still. */
  protected unanswered(): { readonly peer: string; readonly epoch: Row<'epoch'> | null }[] {
    return [...this.database.entries('pair')].flatMap(([, { peer, outEp }]) => {
      if (outEp === 1) return [];
      const epoch = this.database.get('epoch', keyOf.epoch(this.own, peer, 'out', outEp)) ?? null;
      return (epoch?.answeredAt ?? null) === null ? [{ peer, epoch }] : [];
    });
  }

  /** A pair that the backup did not know begins with the restore's number; that is stated like the others. */
  protected beginUnknown(): void {
    for (const { peer, epoch } of this.unanswered()) {
      if (epoch) continue;
      const pair = this.pair(peer);
      const { outEp } = pair;
      const content = {
        ...statement({ ...pair, outN: 0, outD: null }, this.clock),
        ep: outEp,
        sent: null,
        re: null,
      };
      const hash = createHash('sha256').update(JSON.stringify(content)).digest('base64url');
      const begun = { hash, content, answeredAt: null, lost: null };
      this.database.apply({ epoch: new Map([[keyOf.epoch(this.own, peer, 'out', outEp), begun]]) });
    }
  }

  protected isDue(what: string, afterMs: number): boolean {
    const last = this.askedAt.get(what) ?? -Infinity;
    if (this.clock - last < afterMs) return false;
    this.askedAt.set(what, this.clock);
    return true;
  }
}
