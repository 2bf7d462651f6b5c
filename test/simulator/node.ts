import { createHash } from 'node:crypto';
import type { Opened, Payload } from '#envelope';
import {
  beginEpoch,
  type Circumstances,
  type Delivered,
  instantAt,
  type Incoming,
  keyOf,
  type Leaving,
  pairOf,
  type PairRow,
  settleIn,
  settleLog,
  settleOut,
  statement,
  type StatementType,
  type TableName,
  type Telling,
  type Name,
  View,
  wantedIn,
  wantedLog,
  wantedOut,
} from '#exchange';
import { answerAsk, checkpointOf, edgeAt, entryOf, piecesOf, rootOf } from '#ledger';
import { toBase64url } from '#core';
import type { Certificate } from '#trust';
import type { Bus, Cargo, Packet } from './bus.js';
import { Database, settled } from './database.js';
import { REGISTER } from './law.js';
import { letter } from './letters.js';
import { bytesOf, type Random, uuidOf } from './random.js';

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
}

export const BOUNDS = {
  waitingMax: 20,
  waitingBytesMax: 1_000_000,
  nodeRowsMax: 50,
  nodeBytesMax: 1_000_000,
  attachmentBytesMax: 1_000_000,
  peerFilesMax: 1_000,
  peerBytesMax: 1_000_000_000,
};
const RECEIPT_AFTER_MS = 10_000;
const RESEND_AFTER_MS = 10_000;

/** A gateway around the core: loads, settles, commits, acknowledges and publishes, as the real one does. */
export class Node {
  database = new Database();
  /** What the broker has confirmed of tellings, by pair and epoch; it is a row of its own. */
  told = new Map<string, number>();
  /** Epochs of ours that are stated until they are answered. */
  stating = new Map<string, { readonly content: object; readonly hash: string }>();
  private backup:
    | {
        database: Database;
        told: Map<string, number>;
        stating: Map<string, { content: object; hash: string }>;
      }
    | undefined;
  isRestored = false;
  private firstEpoch = 1;
  private readonly askedAt = new Map<string, number>();
  private serial = 0;
  mark = 'books of the beginning';

  constructor(
    readonly own: string,
    /** How far its clock is ahead, in milliseconds. */
    private readonly skew: number,
    private readonly world: Surroundings,
  ) {}

  get clock(): number {
    return this.world.now() + this.skew;
  }

  /** Officers and systems send some messages in one batch. */
  send(): void {
    const { random, authorities, seals } = this.world;
    const members: Leaving[] = [];
    for (let count = 1 + random.below(4); count > 0; count--) {
      const peer = random.pick(authorities.filter((other) => other !== this.own));
      const cases = [...this.database.entries('case')].flatMap(([, row]) =>
        row.counterpart === peer ? [row.id] : [],
      );
      const name = `${this.own} ${this.serial++}`;
      const attachments = random.chance(0.15) ? [this.upload(name)] : [];
      const outgoing = letter(random, {
        name,
        own: this.own,
        peer,
        cases,
        answerable: (caseId) =>
          [...this.database.entries('message')].flatMap(([, row]) => (row.caseId === caseId ? [row.id] : [])),
        certificate: sealOf(seals, this.own),
        at: this.clock,
        attachments,
      });
      members.push({ kind: 'message', outgoing });
    }
    const { left } = this.commit(
      (facts, circumstances) => settleOut(facts, members, circumstances),
      wantedOut(members),
    );
    for (const one of left) this.count(one.ok ? 'sent' : 'refused by the sender');
    this.crash('after the commit of sends');
    for (const one of left)
      if (one.ok && 'message' in one) {
        const { own, peer, ep, n } = one.message;
        this.publishMessage(keyOf.message(own, peer, 'out', ep, n));
        this.crash('between two publications');
      }
  }

  /** Takes a batch of one queue, in its order; only what is committed is acknowledged. */
  receive(from: string, max: number): void {
    const { bus } = this.world;
    const packets = bus.peek(this.own, from, max);
    if (packets.length === 0) return;
    this.crash('before loading');
    const incoming = packets.flatMap((packet) => this.incomingOf(packet));
    const tellings = packets.flatMap((packet) => this.tellingOf(packet));
    if (this.world.random.chance(0.2)) this.checkBatch(incoming);
    const { settled: outcomes, more } = this.commit(
      (facts, circumstances) => settleIn(facts, incoming, circumstances),
      wantedIn(incoming),
    );
    for (const outcome of outcomes) this.count(outcome);
    if (tellings.length > 0) {
      const { taken } = this.commit(
        (facts, circumstances) => settleLog(facts, tellings, circumstances),
        wantedLog(tellings),
      );
      for (const outcome of taken) this.count(`telling ${outcome}`);
    }
    this.crash('after the commit of deliveries');
    bus.acknowledge(this.own, from, packets.length);
    this.crash('after acknowledging');
    this.tell(from, outcomes.includes('duplicate'));
    for (const { peer } of more) this.goOn(peer);
    for (const packet of packets) this.answer(packet.cargo);
  }

  /** What nobody waits for at a door: the leader's work. */
  housekeep(): void {
    for (const peer of this.peers()) {
      this.goOn(peer);
      this.noteSent(peer);
      this.askForMissing(peer);
    }
    for (const [key] of [...this.database.entries('overdue')])
      this.commit((facts, circumstances) => settleIn(facts, [{ kind: 'overdue', key }], circumstances));
    this.relay();
    this.verifyAttachments();
    this.takeHeld();
    this.takeDeferred();
    this.stateEpochs();
  }

  /** Tells its peers an empty stretch: hourly, and so that who lacks something notices. */
  heartbeat(): void {
    for (const peer of this.peers()) this.tell(peer, true);
  }

  /** Whether there is nothing to be done here, as far as it knows. */
  isQuiet(): boolean {
    const left = (['outbox', 'held', 'deferred', 'overdue'] as const).some(
      (table) => this.database.entries(table).next().done !== true,
    );
    const open = [...this.database.entries('pair')].some(
      ([, { gaps, waiting }]) => gaps.length + waiting.length > 0,
    );
    return !left && !open && this.stating.size === 0;
  }

  takeBackup(): void {
    this.backup = {
      database: this.database.copy(),
      told: new Map(this.told),
      stating: new Map(this.stating),
    };
  }

  /** The disk is gone; the operator puts the backup back and says so in the configuration. */
  restore(): boolean {
    if (!this.backup) return false;
    const ep = Math.floor(this.clock / 1000);
    this.database = this.backup.database.copy();
    this.told = new Map(this.backup.told);
    this.stating = new Map(this.backup.stating);
    this.firstEpoch = ep;
    this.isRestored = true;
    const pairs = [...this.database.entries('pair')].map(([, row]) => row);
    for (const { peer } of pairs) this.beginEpoch(peer, ep);
    return true;
  }

  peers(): string[] {
    const pairs = [...this.database.entries('pair')].map(([, { peer }]) => peer);
    const mirrors = [...this.database.entries('mirror')].map(([key]) => key.split(' ')[1] ?? '');
    return [...new Set([...pairs, ...mirrors])];
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

  private commit<R extends { readonly changes: Parameters<Database['apply']>[0] }>(
    settle: (facts: Parameters<Parameters<typeof settled>[1]>[0], circumstances: Circumstances) => R,
    wanted: readonly Name[] = [],
  ): R {
    const name = `batch ${this.serial++}`;
    const { at, ...rest } = this.circumstances(name);
    const { result, rounds } = settled(
      this.database,
      (facts) => settle(facts, { ...rest, at, random: bytesOf(`${this.own} ${name}`) }),
      this.world.random.chance(0.1) ? [] : wanted,
    );
    this.count('rounds of loading', rounds);
    this.crash('after the plan');
    this.database.apply(result.changes);
    return result;
  }

  /** A batch gives what its members one by one would give. */
  private checkBatch(members: readonly Incoming[]): void {
    const name = `check ${this.serial++}`;
    const together = { ...this.circumstances(name), random: bytesOf(name) };
    const alone = { ...together, random: bytesOf(name) };
    const { changes } = settleIn(this.database, members, together);
    const one = this.database.copy();
    for (const member of members) one.apply(settleIn(one, [member], alone).changes);
    for (const [table, rows] of Object.entries(changes) as [TableName, ReadonlyMap<string, unknown>][])
      for (const [key, row] of rows)
        if (JSON.stringify(row) !== JSON.stringify(one.get(table, key)))
          throw new Error(
            `in a batch ${table} ${key} is ${JSON.stringify(row)}, else ${JSON.stringify(one.get(table, key))}`,
          );
    this.count('batches checked');
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

  private stateEpochs(): void {
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
        this.database.set('epoch', keyOf.epoch(this.own, peer, 'out', outEp), {
          hash,
          content,
          answeredAt: null,
          lost: null,
        });
        this.stating.set(peer, { content, hash });
      }
      const current = this.stating.get(peer);
      if (!current || !this.isDue(`epoch ${peer}`, RESEND_AFTER_MS)) continue;
      if (this.database.get('epoch', keyOf.epoch(this.own, peer, 'out', outEp))?.answeredAt)
        this.stating.delete(peer);
      else this.publishStatement(peer, 'valise-epoch+jws', current.content, current.hash);
    }
  }

  private incomingOf(packet: Packet): Incoming[] {
    const { cargo } = packet;
    if (cargo.kind === 'telling') return [];
    const delivered = deliveredOf(packet);
    if (cargo.kind === 'message') return [{ kind: 'delivery', delivered, opened: cargo.opened }];
    const { typ, content, from, to, hash, iat } = cargo;
    if (typ === 'valise-log-ask+jws') return [];
    const signer = { authority: from, thumbprint: '', iat };
    const opened = {
      ok: true,
      kind: 'statement',
      typ,
      to,
      content,
      signer,
      jws: { payload: '', signatures: [] },
    };
    return [{ kind: 'delivery', delivered, opened: opened as unknown as Opened, asking: { hash, iat } }];
  }

  private tellingOf(packet: Packet): Telling[] {
    const { cargo } = packet;
    return cargo.kind === 'telling'
      ? [{ kind: 'telling', delivered: deliveredOf(packet), told: cargo.told }]
      : [];
  }

  /** Goes on with messages that waited, as long as there are some. */
  private goOn(peer: string): void {
    if (this.pair(peer).waiting.length === 0) return;
    this.commit((facts, circumstances) =>
      settleIn(facts, [{ kind: 'release', own: this.own, peer }], circumstances),
    );
    this.tell(peer, false);
  }

  private noteSent(peer: string): void {
    const { inEp, inN } = this.pair(peer);
    const sent = this.database.get('mirror', keyOf.mirror(this.own, peer, inEp))?.sent;
    if (sent && sent.n > inN)
      this.commit((facts, circumstances) =>
        settleIn(facts, [{ kind: 'sent', own: this.own, peer }], circumstances),
      );
  }

  private askForMissing(peer: string): void {
    if (this.pair(peer).gaps.length === 0) return;
    this.commit((facts, circumstances) =>
      settleIn(facts, [{ kind: 'missing', own: this.own, peer }], circumstances),
    );
  }

  /** Publishes what is due. A message stays until it is receipted. */
  private relay(): void {
    const at = this.clock;
    for (const [key, row] of [...this.database.entries('outbox')]) {
      if (row.dueAt > at) continue;
      if (row.kind === 'message') {
        const { left } = this.commit((facts, circumstances) =>
          settleOut(facts, [{ kind: 'check', key: row.message }], circumstances),
        );
        const [checked] = left;
        if (checked?.ok && 'isVoid' in checked && checked.isVoid) this.count('voided');
        else this.publishMessage(key);
      } else {
        const { peer, typ } = row;
        const content =
          typ === 'valise-log-ask+jws' ? this.askNow(peer, row.content as { ep: number }) : row.content;
        this.publishStatement(peer, typ, content);
        this.crash('before a statement is done with');
        this.database.apply({ outbox: new Map([[key, null]]) });
      }
    }
  }

  private askNow(peer: string, content: { readonly ep: number }): object {
    const mirror = this.database.get('mirror', keyOf.mirror(this.own, peer, content.ep));
    return { ...content, have: mirror?.edge.size ?? 0, at: instantAt(this.clock) };
  }

  private publishMessage(key: string): void {
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
      outbox: new Map([[key, row.once ? null : { ...row, dueAt: this.clock + RECEIPT_AFTER_MS }]]),
    });
  }

  private publishStatement(peer: string, typ: StatementType, content: object, hash?: string): void {
    const iat = Math.floor(this.clock / 1000);
    const signed =
      hash ??
      createHash('sha256')
        .update(`${typ} ${JSON.stringify(content)} ${this.serial++}`)
        .digest('base64url');
    this.publish(peer, { kind: 'statement', typ, from: this.own, to: peer, content, hash: signed, iat });
  }

  private publish(to: string, cargo: Cargo): void {
    const sha256 = createHash('sha256').update(`${this.own} ${this.serial++}`).digest('base64url');
    this.world.bus.publish({ from: this.own, to, sha256, bytes: 1_000, cargo });
  }

  /** Tells what is told of the log for a peer and not confirmed yet. @param evenEmpty also where there is nothing new */
  private tell(peer: string, evenEmpty: boolean): void {
    const pair = this.pair(peer);
    const key = keyOf.mirror(this.own, peer, pair.outEp);
    const told = Math.min(this.told.get(key) ?? 0, pair.log.size);
    if (pair.receiptedTo <= told && !evenEmpty) return;
    this.tellFrom(peer, pair, told);
    this.told.set(key, pair.log.size);
  }

  private tellFrom(peer: string, pair: PairRow, start: number): void {
    const mirror = this.database.get('mirror', keyOf.mirror(this.own, peer, pair.inEp));
    if (mirror?.seenAmiss) return;
    const { outEp: ep } = pair;
    const read = this.tiles(peer, ep);
    const leaves = Array.from({ length: pair.log.size - start }, (_, at) => {
      const leaf = this.database.get('leaf', keyOf.leaf(this.own, peer, ep, 'own', start + at));
      if (!leaf) throw new Error('a leaf of our own log is not there');
      return leaf as { hash: Buffer; salt: Buffer; text: string };
    });
    const seen = mirror && { ep: pair.inEp, size: mirror.edge.size, root: toBase64url(rootOf(mirror.edge)) };
    for (const piece of piecesOf(edgeAt(start, read), leaves)) {
      const about = {
        from: this.own,
        to: peer,
        ep,
        seen: seen ?? null,
        internal: null,
        at: instantAt(this.clock),
      };
      const checkpoint = checkpointOf(piece, about);
      const jws = { payload: Buffer.from(JSON.stringify(checkpoint)).toString('base64url'), signatures: [] };
      this.publish(peer, {
        kind: 'telling',
        told: { checkpoint, jws, entries: piece.leaves.map((leaf) => entryOf(leaf)) },
      });
      this.crash('between two tellings');
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

  /** Requests that change nothing of ours: entries of our log that a peer lacks. */
  private answer(cargo: Cargo): void {
    if (cargo.kind !== 'statement' || cargo.typ !== 'valise-log-ask+jws') return;
    const { ep, have } = cargo.content as { ep: number; have: number };
    const current = this.pair(cargo.from);
    const closed = this.database.get('closedLog', keyOf.mirror(this.own, cargo.from, ep));
    const pair = closed ? { ...current, outEp: ep, log: closed.edge } : current;
    if (ep !== pair.outEp) return;
    const mirror = this.database.get('mirror', keyOf.mirror(this.own, cargo.from, pair.inEp));
    const seen = seenBy(mirror?.checkpoint?.payload, ep);
    const log = { size: pair.log.size, seen, isRestored: false, answeredAt: null };
    const answered = answerAsk({ have }, log, Math.floor(this.clock / 1000));
    this.count(`ask ${answered.is}`);
    if (answered.is === 'told') this.tellFrom(cargo.from, pair, answered.start);
  }

  private verifyAttachments(): void {
    for (const [, { own, id, direction, status }] of [...this.database.entries('attachment')]) {
      if (direction !== 'in' || status !== 'pulling') continue;
      const result = this.world.random.chance(0.9)
        ? 'verified'
        : ({ code: 'ENVELOPE_ATTACHMENT', detail: 'its hash is not what the message declares' } as const);
      this.commit((facts, circumstances) =>
        settleIn(facts, [{ kind: 'attachment', own, id, result }], circumstances),
      );
    }
    for (const peer of this.peers()) this.tell(peer, false);
  }

  private takeHeld(): void {
    for (const [, row] of [...this.database.entries('held')]) {
      const packet = this.world.bus.packet(row.body.sha256);
      if (!packet) continue;
      const attempts = row.attempts + 1;
      const incoming = this.incomingOf(packet).map((member) =>
        member.kind === 'delivery' ? { ...member, delivered: { ...member.delivered, attempts } } : member,
      );
      const tellings = this.tellingOf(packet);
      if (incoming.length > 0)
        this.commit((facts, circumstances) => settleIn(facts, incoming, circumstances));
      if (tellings.length > 0)
        this.commit((facts, circumstances) => settleLog(facts, tellings, circumstances));
      this.tell(packet.from, false);
    }
  }

  private takeDeferred(): void {
    const due = [...this.database.entries('deferred')].filter(([, { dueAt }]) => dueAt <= this.clock);
    for (const [leaf] of due)
      this.commit((facts, circumstances) => settleLog(facts, [{ kind: 'deferred', leaf }], circumstances));
  }

  private upload(name: string) {
    const id = uuidOf(`attachment ${name}`, this.clock);
    const file = {
      id,
      name: 'file.bin',
      mediaType: 'application/octet-stream',
      bytes: 10,
      sha256: createHash('sha256').update(name).digest('base64url'),
    };
    this.database.set('attachment', keyOf.attachment(this.own, 'out', id), {
      ...file,
      own: this.own,
      direction: 'out',
      peer: null,
      message: null,
      status: 'ready',
      key: 'AA',
      failure: null,
    });
    return file;
  }

  private isDue(what: string, afterMs: number): boolean {
    const last = this.askedAt.get(what) ?? -Infinity;
    if (this.clock - last < afterMs) return false;
    this.askedAt.set(what, this.clock);
    return true;
  }

  private crash(where: string): void {
    if (!this.world.random.chance(this.world.crashes)) return;
    this.count(`crash ${where}`);
    throw new Crash(where);
  }

  private count(what: string, by = 1): void {
    this.world.counts[what] = (this.world.counts[what] ?? 0) + by;
  }
}

function sealOf(seals: ReadonlyMap<string, Certificate>, authority: string): Certificate {
  const seal = seals.get(authority);
  if (!seal) throw new Error(`${authority} has no seal`);
  return seal;
}

function deliveredOf({ from, to, sha256, bytes, cargo }: Packet): Delivered {
  const body = { kind: cargo.kind, exchange: `out.${from}`, queue: `${to}.from.${from}`, sha256, bytes };
  return { node: from, body, attempts: 0 };
}

function seenBy(payload: string | undefined, ep: number): number {
  if (payload === undefined) return 0;
  const { seen } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as {
    seen: { ep: number; size: number } | null;
  };
  return seen?.ep === ep ? seen.size : 0;
}
