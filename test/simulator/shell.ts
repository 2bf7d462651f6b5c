import { createHash } from 'node:crypto';
import type { Payload } from '#envelope';
import {
  afterPublishing,
  type Circumstances,
  keyOf,
  type Name,
  pairOf,
  type PairRow,
  settleTelling,
  type Speaking,
  type StatementType,
  View,
} from '#exchange';
import type { Certificate } from '#trust';
import type { Bus, Cargo } from './bus.js';
import { Database, type Observer, settled } from './database.js';
import { REGISTER } from './law.js';
import { bytesOf, type Random } from './random.js';

/** Thrown between two steps of a node: what it had in memory is gone. */
export class Crash extends Error {}

export interface Surroundings {
  readonly random: Random;
  readonly bus: Bus;
  /** Unix milliseconds, of the world's clock. */
  readonly now: () => number;
  readonly authorities: readonly string[];
  readonly seals: ReadonlyMap<string, Certificate>;
  /** How likely a crash is between two steps. */
  crashes: number;
  readonly counts: Record<string, number>;
  readonly observer: Observer | undefined;
  /** Rows are loaded as a settlement turns out to need them; else all are there from the beginning. */
  readonly rowByRow: boolean;
}

export const BOUNDS = {
  waitingMax: 20,
  waitingBytesMax: 1_000_000,
  nodeRowsMax: 50,
  nodeBytesMax: 1_000_000,
  attachmentBytesMax: 1_000_000,
  peerFilesMax: 1_000,
  peerBytesMax: 1_000_000_000,
  resendAfterMs: 10_000,
};
export const RECEIPT_AFTER_MS = 10_000;

/** What every step of a node rests on: settling and committing, publishing, telling its logs; and a crash between any two of them. */
export class Shell {
  database: Database;
  mark = 'books of the beginning';
  protected firstEpoch = 1;
  protected serial = 0;

  constructor(
    readonly own: string,
    /** How far its clock is ahead, in milliseconds. */
    protected readonly skew: number,
    protected readonly world: Surroundings,
  ) {
    this.database = new Database(world.observer);
  }

  get clock(): number {
    return this.world.now() + this.skew;
  }

  pair(peer: string): PairRow {
    return pairOf(new View(this.database), this.circumstances('look'), this.own, peer);
  }

  circumstances(name: string): Circumstances {
    return {
      at: this.clock,
      basis: { register: REGISTER, busLevelMax: 'open' },
      registerMark: this.mark,
      random: bytesOf(`${this.own} ${name} ${this.serial++}`),
      nodeOf: (authority) => authority,
      isRevoked: () => false,
      bounds: BOUNDS,
      firstEpoch: this.firstEpoch,
    };
  }

  protected commit<R extends { readonly changes: Parameters<Database['apply']>[0] }>(
    settle: (facts: Parameters<Parameters<typeof settled>[1]>[0], circumstances: Circumstances) => R,
    wanted: readonly Name[] = [],
  ): R {
    const name = `batch ${this.serial++}`;
    const { at, ...rest } = this.circumstances(name);
    const { result, rounds } = settled(
      this.database,
      (facts) => settle(facts, { ...rest, at, random: bytesOf(`${this.own} ${name}`) }),
      this.world.rowByRow ? (this.world.random.chance(0.1) ? [] : wanted) : 'everything',
    );
    this.count('rounds of loading', rounds);
    this.crash('after the plan');
    this.database.apply(result.changes);
    return result;
  }

  protected publishMessage(key: string): void {
    const message = this.database.get('message', key);
    const content = this.database.get('content', key);
    const state = this.database.get('state', key);
    if (!message || !content || !state || state.status === 'void') return;
    const payload = JSON.parse(content.payload.toString('utf8')) as Payload;
    const seal = { protected: content.sealProtected, signature: Buffer.from(key).toString('base64url') };
    const { own, peer, ep, n, prev, D } = message;
    this.publish(peer, {
      kind: 'message',
      opened: {
        ok: true,
        kind: 'message',
        D,
        payload,
        payloadBytes: content.payload,
        jws: { payload: '', signatures: [...content.officers, seal] },
        proofs: [],
        attachmentKeys: payload.attachments.map(({ id, bytes, sha256 }) => ({
          id,
          key: 'AA',
          chunkBytes: 65_536,
          bytes,
          sha256,
        })),
        seal: { authority: own, thumbprint: '', iat: Math.floor(message.sentAt / 1000), ep, n, prev },
        officers: [{ authority: own, role: 'head', thumbprint: '', iat: 0 } as never],
      },
    });
    this.crash('after publishing');
    const row = this.database.get('outbox', key);
    if (row?.kind !== 'message') return;
    this.database.apply({
      state: new Map([[key, { ...state, status: state.status === 'queued' ? 'sent' : state.status }]]),
      outbox: new Map([[key, afterPublishing(row, this.clock, RECEIPT_AFTER_MS)]]),
    });
  }

  protected publishStatement(peer: string, typ: StatementType, content: object, hash?: string): void {
    const iat = Math.floor(this.clock / 1000);
    const signed =
      hash ??
      createHash('sha256')
        .update(`${typ} ${JSON.stringify(content)} ${this.serial++}`)
        .digest('base64url');
    this.publish(peer, { kind: 'statement', typ, from: this.own, to: peer, content, hash: signed, iat });
  }

  protected publish(to: string, cargo: Cargo): void {
    const sha256 = createHash('sha256').update(`${this.own} ${this.serial++}`).digest('base64url');
    this.world.bus.publish({ from: this.own, to, sha256, bytes: 1_000, cargo });
  }

  /** Tells a peer what is due of its log. @param evenEmpty also where there is nothing new */
  protected tell(peer: string, evenEmpty: boolean): void {
    this.speak({ kind: 'due', own: this.own, peer, evenEmpty });
  }

  protected speak(member: Speaking): void {
    const { toTell, faults } = this.commit((facts, circumstances) =>
      settleTelling(facts, [member], circumstances),
    );
    for (const { error } of faults) throw error;
    for (const { checkpoint, entries } of toTell.flat()) {
      const jws = { payload: Buffer.from(JSON.stringify(checkpoint)).toString('base64url'), signatures: [] };
      this.publish(checkpoint.to, { kind: 'telling', told: { checkpoint, jws, entries } });
      this.crash('between two tellings');
      this.commit((facts, circumstances) =>
        settleTelling(facts, [{ kind: 'told', checkpoint }], circumstances),
      );
    }
  }

  tiles(peer: string, ep: number, side: 'own' | 'mirror' = 'own') {
    return ({ level, from, to }: { level: number; from: number; to: number }) =>
      Array.from({ length: to - from }, (_, at) => {
        const index = from + at;
        const row =
          level === 0
            ? this.database.get('leaf', keyOf.leaf(this.own, peer, ep, side, index))
            : this.database.get('node', keyOf.node(this.own, peer, ep, side, level, index));
        if (!row) throw new Error('a row of a log is not there');
        return row.hash;
      });
  }

  protected crash(where: string): void {
    if (!this.world.random.chance(this.world.crashes)) return;
    this.count(`crash ${where}`);
    throw new Crash(where);
  }

  protected count(what: string, by = 1): void {
    this.world.counts[what] = (this.world.counts[what] ?? 0) + by;
  }
}
