import { createHash } from 'node:crypto';
import type { LogAsk, Opened } from '#envelope';
import {
  afterPublishing,
  type Delivered,
  instantAt,
  type Incoming,
  keyOf,
  type Leaving,
  settleIn,
  settleInternal,
  settleLog,
  settleOut,
  type TableName,
  type Telling,
  wantedIn,
  wantedLog,
  wantedOut,
} from '#exchange';
import type { Certificate } from '#trust';
import type { Cargo, Packet } from './bus.js';
import { letter } from './letters.js';
import { Restorable } from './restoring.js';
import { RECEIPT_AFTER_MS } from './shell.js';
import { bytesOf, uuidOf } from './random.js';

/** A gateway around the core, step by step, as the real one works. */
export class Node extends Restorable {
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
    this.beginUnknown();
    this.stateEpochs();
    this.keepInternalLog();
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
    return !left && !open && this.unanswered().length === 0;
  }

  peers(): string[] {
    const pairs = [...this.database.entries('pair')].map(([, { peer }]) => peer);
    const mirrors = [...this.database.entries('mirror')].map(([key]) => key.split(' ')[1] ?? '');
    return [...new Set([...pairs, ...mirrors])];
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
        this.database.apply({
          outbox: new Map([[key, afterPublishing(row, this.clock, RECEIPT_AFTER_MS)]]),
        });
      }
    }
  }

  private askNow(peer: string, content: { readonly ep: number }): object {
    const mirror = this.database.get('mirror', keyOf.mirror(this.own, peer, content.ep));
    return { ...content, have: mirror?.edge.size ?? 0, at: instantAt(this.clock) };
  }

  /** Requests that change nothing of ours: entries of our log that a peer lacks. */
  private answer(cargo: Cargo): void {
    if (cargo.kind !== 'statement' || cargo.typ !== 'valise-log-ask+jws') return;
    const { hash, iat } = cargo;
    this.speak({ kind: 'ask', ask: cargo.content as LogAsk, asking: { hash, iat } });
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
    for (const [held, row] of [...this.database.entries('held')]) {
      const packet = this.world.bus.packet(row.body.sha256);
      if (!packet) continue;
      const attempts = row.attempts + 1;
      const incoming = this.incomingOf(packet).map((member) =>
        member.kind === 'delivery'
          ? { ...member, delivered: { ...member.delivered, attempts, held } }
          : member,
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

  /** Gives the entries of the internal log their places, and notes each hour where all logs stand. */
  private keepInternalLog(): void {
    const { own } = this;
    const keys = [...this.database.entries('internal')].map(([key]) => key);
    const mirrors = [...this.database.entries('mirror')].map(([key]) => {
      const [, peer = '', ep] = key.split(' ');
      return { peer, ep: Number(ep) };
    });
    const heads = { peers: this.peers(), mirrors, books: { 'list:KZ': this.mark } };
    const { heads: noted, faults } = this.commit((facts, circumstances) =>
      settleInternal(
        facts,
        [
          { kind: 'sequence', own, keys },
          { kind: 'heads', own, heads },
        ],
        circumstances,
      ),
    );
    for (const { error } of faults) throw error;
    const head = noted.find((one) => one !== undefined);
    if (!head) return;
    this.count('internal heads');
    this.crash('before an internal head is sealed');
    const hash = createHash('sha256').update(JSON.stringify(head)).digest('base64url');
    this.commit((facts, circumstances) =>
      settleInternal(facts, [{ kind: 'sealed', own, hash }], circumstances),
    );
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
    const row = {
      ...file,
      own: this.own,
      direction: 'out',
      peer: null,
      message: null,
      status: 'ready',
      key: 'AA',
      failure: null,
      partsServed: 0,
    } as const;
    this.database.apply({ attachment: new Map([[keyOf.attachment(this.own, 'out', id), row]]) });
    return file;
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
