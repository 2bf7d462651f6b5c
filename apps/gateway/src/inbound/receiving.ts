import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { type ErrorCode, messageOf, ValiseError } from '#core';
import {
  type Enclosed,
  type Opened,
  type OpenedMessage,
  type OpenedStatement,
  openEnclosed,
  proofHash,
  type Rejected,
  unwrap,
} from '#envelope';
import {
  type Asking,
  type Delivered,
  type Incoming,
  type Pair,
  pairIn,
  type Settled,
  type Telling as ToldOf,
} from '#exchange';
import { mapInSlices } from '#service';
import { Serving } from '../attachments/serve.js';
import { Keys } from '../identity/keys.js';
import { Relay } from '../outbound/relay.js';
import { Register } from '../register/register.js';
import { Releasing } from '../sequence/releasing.js';
import { Settling } from '../settling/settling.js';
import { Telling } from '../statements/telling.js';
import type { BusArrival } from './arrival.js';

/** What is kept of one member of a shared envelope: its opened content as JSON. */
export const ENCLOSED = 'enclosed';

type Answer = Opened | Rejected;

/** One thing that a delivery carried, with what is known of where it came from. */
interface Arrived {
  readonly delivered: Delivered;
  readonly opened: Answer;
}

/**
 * The way in: open → authenticate → settle → tell. When `receive` resolves, everything that the arrivals carried has had its effect, or
 * is held, or is in quarantine with its reason, and all of that is committed: only then may the broker forget them.
 */
@Injectable()
export class Receiving {
  private readonly logger = new Logger('Receiving');

  constructor(
    private readonly keys: Keys,
    private readonly register: Register,
    private readonly settling: Settling,
    private readonly telling: Telling,
    private readonly serving: Serving,
    private readonly relay: Relay,
    private readonly releasing: Releasing,
  ) {}

  /** Takes a batch of one queue, in its order, in one transaction; what peers tell of their logs in another. */
  async receive(arrivals: readonly BusArrival[]): Promise<void> {
    const at = new Date();
    const bodies = new Map<string, Buffer>();
    const arrived = (await mapInSlices(arrivals, (arrival) => this.open(arrival, at, bodies))).flat();
    const incoming = arrived.filter(({ opened }) => !isOfLogs(opened));
    const members = incoming.map(memberOf);
    if (members.length > 0) {
      const { settled, more, publishes } = await this.settling.in(members, bodies);
      this.afterwards(incoming, settled, more);
      if (publishes) this.relay.wake();
      const begun = incoming.filter(({ opened }, index) => settled[index] === 'taken' && isBeginning(opened));
      await this.releasing.wakeHeld(begun.map(({ delivered }) => delivered.node));
    }
    await this.takeTellings(arrived.flatMap(toldIn), bodies);
    await this.answerAsks(arrived.flatMap(askIn));
  }

  /** For what makes even a settlement of its own fail, for another reason than the database's absence. */
  async quarantineFailure(arrival: BusArrival, thrown: unknown): Promise<void> {
    this.logger.error(messageOf(thrown), thrown instanceof Error ? thrown.stack : undefined);
    const readableBy = arrival.kind === ENCLOSED ? enclosedIn(arrival.body).to : undefined;
    const delivered = deliveredOf(arrival, arrival.body, arrival.kind, readableBy);
    const reason = { code: 'INTERNAL', detail: messageOf(thrown) } as const;
    const bodies = new Map([[delivered.body.sha256, arrival.body]]);
    await this.settling.in([{ kind: 'refused', delivered, reason }], bodies);
  }

  /** A delivery carries one thing, or several that are opened each by itself; what cannot be decrypted is one refusal. */
  private open(arrival: BusArrival, at: Date, bodies: Map<string, Buffer>): Arrived[] {
    const options = {
      recipients: this.keys.recipients,
      resolve: (thumbprint: string) => this.register.snapshot.resolve(thumbprint, at),
      now: Math.floor(at.getTime() / 1000),
    };
    const contents = arrival.kind === ENCLOSED ? [enclosedIn(arrival.body)] : unwrap(arrival.body, options);
    const keep = (body: Buffer, kind: string, readableBy?: string): Delivered => {
      const delivered = deliveredOf(arrival, body, kind, readableBy);
      bodies.set(delivered.body.sha256, body);
      return delivered;
    };
    if ('ok' in contents) return [{ delivered: keep(arrival.body, arrival.kind), opened: contents }];
    return contents.map((one) => {
      const body = one.shared && arrival.kind !== ENCLOSED ? Buffer.from(JSON.stringify(one)) : arrival.body;
      const delivered = one.shared ? keep(body, ENCLOSED, one.to) : keep(body, arrival.kind);
      return { delivered, opened: this.authenticate(arrival, openEnclosed(one, options)) };
    });
  }

  /** The signer must be an authority of the node whose exchange it came through, and we must know the books it decided on. */
  private authenticate(arrival: BusArrival, opened: Answer): Answer {
    if (!opened.ok) return opened;
    const signer = opened.kind === 'message' ? opened.seal.authority : opened.signer.authority;
    const node = this.register.snapshot.authorities.get(signer)?.node;
    if (node !== arrival.from)
      return {
        ok: false,
        code: 'ENVELOPE_BINDING',
        detail: `it is sealed by ${signer} of the node ${node ?? '(none)'} and came through ${arrival.exchange}`,
      };
    return opened.kind === 'message' ? this.onOurBooks(arrival, opened) : opened;
  }

  private onOurBooks(arrival: BusArrival, opened: OpenedMessage): Answer {
    const unnamed = this.register.unnamedIn(opened.payload);
    if (unnamed.length > 0)
      return rejectedWhole(opened, 'ENVELOPE_FORMAT', `register: it does not name ${unnamed.join(', ')}`);
    const apart = this.register.apartFrom(opened.payload.register, arrival.from);
    if (apart?.code === 'BOOK_CONFLICT') return rejectedWhole(opened, apart.code, apart.detail);
    return apart === undefined ? opened : { ok: false, ...apart };
  }

  /** What a settlement does not do itself, and what a crash before it does not lose: peers ask again, and the leader looks. */
  private afterwards(arrived: readonly Arrived[], settled: readonly Settled[], more: readonly Pair[]): void {
    for (const [index, { opened }] of arrived.entries()) if (settled[index] === 'served') this.serve(opened);
    const pairs = arrived.flatMap(({ opened }) => pairIn(opened) ?? []);
    const repeated = arrived.flatMap(({ opened }, index) =>
      settled[index] === 'duplicate' || isVoid(opened) ? (pairIn(opened) ?? []) : [],
    );
    this.telling.tell(pairs);
    this.telling.tell(repeated, true);
    if (more.length > 0) this.releasing.wake(more);
  }

  private serve(opened: Answer): void {
    if (!opened.ok || opened.kind !== 'statement' || opened.typ !== 'valise-range+jws') return;
    const { to: own, from: peer, attachment, first, count } = opened.content;
    this.serving.serve({ own, peer, attachment, first, count });
  }

  private async takeTellings(members: readonly ToldOf[], bodies: ReadonlyMap<string, Buffer>): Promise<void> {
    if (members.length === 0) return;
    const { changes, taken } = await this.settling.log(members, bodies);
    if (changes.outbox) this.relay.wake();
    for (const [index, member] of members.entries()) this.alarm(member, taken[index]);
  }

  /** What stops a mirror stays so until somebody has looked; messages go on. */
  private alarm(member: ToldOf, outcome: string | undefined): void {
    if (member.kind !== 'telling' || (outcome !== 'fork' && outcome !== 'too-long')) return;
    const { from, to, ep } = member.told.checkpoint;
    const why =
      outcome === 'fork' ? 'contradicts what it signed before' : 'has more entries than its messages need';
    this.logger.error(
      `the log that ${from} keeps for ${to} (epoch ${ep}) ${why}: nothing more of it is taken`,
    );
  }

  private async answerAsks(asks: readonly OpenedAsk[]): Promise<void> {
    if (asks.length > 0)
      await this.telling.speak(
        asks.map(({ content: ask, asking, delivered }) => ({ kind: 'ask', ask, asking, delivered })),
      );
  }
}

type Statement<T> = Extract<OpenedStatement, { readonly typ: T }>;
interface OpenedAsk {
  readonly content: Statement<'valise-log-ask+jws'>['content'];
  readonly asking: Asking;
  readonly delivered: Delivered;
}

function isOfLogs(opened: Answer): boolean {
  return (
    opened.ok &&
    opened.kind === 'statement' &&
    (opened.typ === 'valise-checkpoint+jws' || opened.typ === 'valise-log-ask+jws')
  );
}

function memberOf({ delivered, opened }: Arrived): Incoming {
  const asking = opened.ok && opened.kind === 'statement' ? askingOf(opened) : undefined;
  return { kind: 'delivery', delivered, opened, ...(asking && { asking }) };
}

function askingOf({ jws, signer: { iat } }: OpenedStatement): Asking {
  return { hash: proofHash(jws), iat };
}

function toldIn({ delivered, opened }: Arrived): ToldOf[] {
  if (!opened.ok || opened.kind !== 'statement' || opened.typ !== 'valise-checkpoint+jws') return [];
  const { content: checkpoint, jws, entries } = opened;
  return [{ kind: 'telling', delivered, told: { checkpoint, jws, entries } }];
}

function askIn({ delivered, opened }: Arrived): OpenedAsk[] {
  if (!opened.ok || opened.kind !== 'statement' || opened.typ !== 'valise-log-ask+jws') return [];
  return [{ content: opened.content, asking: askingOf(opened), delivered }];
}

/** Of an epoch of theirs; an answer to one of ours begins none. */
function isBeginning(opened: Answer): boolean {
  return (
    opened.ok &&
    opened.kind === 'statement' &&
    opened.typ === 'valise-epoch+jws' &&
    opened.content.re === null
  );
}

function isVoid(opened: Answer): boolean {
  return opened.ok && opened.kind === 'statement' && opened.typ === 'valise-void+jws';
}

function deliveredOf(
  { exchange, queue, from, attempts = 0, held }: BusArrival,
  body: Buffer,
  kind: string,
  readableBy: string | undefined,
): Delivered {
  const sha256 = createHash('sha256').update(body).digest('hex');
  const named = { kind, exchange, queue, sha256, bytes: body.length };
  return {
    ...{ node: from, body: named, attempts },
    ...(held !== undefined && { held }),
    ...(readableBy !== undefined && { readableBy }),
  };
}

/** Of our own database: what was kept of a shared envelope. */
function enclosedIn(body: Buffer): Enclosed {
  try {
    return JSON.parse(body.toString('utf8')) as Enclosed;
  } catch (cause) {
    throw new ValiseError('INTERNAL', 'what was kept of an envelope cannot be read', {}, { cause });
  }
}

/** An authentic message that is read no further: its sender is notified, and its number is taken. */
function rejectedWhole({ payload, D, seal }: OpenedMessage, code: ErrorCode, detail: string): Rejected {
  const { from, to, id } = payload;
  const { ep, n, prev } = seal;
  return { ok: false, code, detail, sender: { from, to, id, D, ep, n, prev } };
}
