import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type ErrorCode, messageOf, ValiseError } from '#core';
import { open, type Opened, type OpenedMessage, type Rejected } from '#envelope';
import { mapInSlices } from '#service';
import { DataSource, type EntityManager } from 'typeorm';
import { Keys } from '../identity/keys.js';
import { Quarantine } from '../quarantine/quarantine.js';
import { Register } from '../register/register.js';
import type { BusArrival } from './arrival.js';
import { Held } from './entities.js';
import { Holding } from './holding.js';
import { Incoming } from './incoming.js';
import { Outbox } from './outbox.js';
import { type LockedPair, lockPairs, pairKey } from './pairs.js';
import { Statements } from './statements.js';
import { Waiting } from './waiting.js';

/** Refusals that time or a newer book may resolve; all others are final. */
export const TRANSIENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CERTIFICATE_UNKNOWN',
  'REGISTER_BEHIND',
]);
/** A hardware module that is disconnected, locked or without our key. */
const OWN_KEY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'KEY_FILE',
  'KEY_PASSPHRASE',
  'SERVICE_UNAVAILABLE',
]);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The way in. When `receive` resolves, every arrival has had its effect, or is held, or is in quarantine with its
 * reason, and all of that is committed: only then may the broker forget them.
 */
@Injectable()
export class Receiving {
  private readonly logger = new Logger('Receiving');

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly keys: Keys,
    private readonly register: Register,
    private readonly incoming: Incoming,
    private readonly statements: Statements,
    private readonly holding: Holding,
    private readonly quarantine: Quarantine,
    private readonly outbox: Outbox,
    private readonly waiting: Waiting,
  ) {}

  /** Takes a batch of one queue, in its order: open → authenticate → one transaction (sequence, decide, transition, receipts). */
  async receive(arrivals: readonly BusArrival[], heldId?: string): Promise<void> {
    const at = new Date();
    const opened = await mapInSlices(arrivals, (arrival) => ({
      arrival,
      opened: this.authenticate(arrival, this.open(arrival, at)),
    }));
    const moreWait = await this.database.transaction(async (tx) => {
      if (heldId !== undefined) await tx.delete(Held, { id: heldId });
      const pairs = await lockPairs(
        tx,
        opened.flatMap((one) => pairOf(one.opened) ?? []),
      );
      for (const one of opened) await this.settle(tx, one.arrival, one.opened, pairs, at);
      return [...pairs.values()].some(({ more }) => more);
    });
    if (moreWait) this.waiting.wake();
    this.outbox.wake();
  }

  /**
   * For what made even a transaction of its own fail for another reason than the database's absence. Where our own seal does not sign
   * its receipt, that is no fault of the arrival: it is tried again.
   */
  async quarantineFailure(arrival: BusArrival, thrown: unknown, heldId?: string): Promise<void> {
    const own = thrown instanceof ValiseError && OWN_KEY.has(thrown.code) ? thrown.code : undefined;
    this.logger.error(
      messageOf(thrown),
      thrown instanceof Error && own === undefined ? thrown.stack : undefined,
    );
    await this.database.transaction(async (tx) => {
      if (heldId !== undefined) await tx.delete(Held, { id: heldId });
      if (own !== undefined && arrival.kind === 'envelope') {
        await this.holding.hold(tx, arrival, { code: own, detail: messageOf(thrown) }, new Date());
        return;
      }
      await this.quarantine.put(tx, new Date(), arrival, { code: 'INTERNAL', detail: messageOf(thrown) });
    });
  }

  /** Why an arrival cannot be judged yet, or undefined where it can. */
  whyHeld(arrival: BusArrival): { code: ErrorCode; detail: string } | undefined {
    const opened = this.authenticate(arrival, this.open(arrival, new Date()));
    return !opened.ok && TRANSIENT.has(opened.code)
      ? { code: opened.code, detail: opened.detail }
      : undefined;
  }

  private open(arrival: BusArrival, at: Date): Opened | Rejected {
    return open(arrival.body, {
      recipients: this.keys.recipients,
      resolve: (thumbprint) => this.register.snapshot.resolve(thumbprint, at),
      now: Math.floor(at.getTime() / 1000),
    });
  }

  /** The signer must be an authority of the node whose exchange it came through, and we must know the books it decided on. */
  private authenticate(arrival: BusArrival, opened: Opened | Rejected): Opened | Rejected {
    if (!opened.ok) return opened;
    const signer = opened.kind === 'message' ? opened.seal.authority : opened.signer.authority;
    const node = this.register.snapshot.authorities.get(signer)?.node;
    if (node !== arrival.from)
      return {
        ok: false,
        code: 'ENVELOPE_BINDING',
        detail: `it is sealed by ${signer} of the node ${node ?? '(none)'} and came through ${arrival.exchange}`,
      };
    if (opened.kind === 'message') {
      const unfit = unfitIdentifier(opened);
      if (unfit !== undefined) return rejectedWhole(opened, 'ENVELOPE_FORMAT', `${unfit} is not a UUID`);
      const unnamed = this.register.unnamedIn(opened.payload);
      if (unnamed.length > 0)
        return rejectedWhole(opened, 'ENVELOPE_FORMAT', `register: it does not name ${unnamed.join(', ')}`);
      const apart = this.register.apartFrom(opened.payload.register, arrival.from);
      if (apart?.code === 'BOOK_CONFLICT') return rejectedWhole(opened, apart.code, apart.detail);
      if (apart !== undefined) return { ok: false, ...apart };
    }
    return opened;
  }

  private async settle(
    tx: EntityManager,
    arrival: BusArrival,
    opened: Opened | Rejected,
    pairs: ReadonlyMap<string, LockedPair>,
    at: Date,
  ): Promise<void> {
    if (!opened.ok) {
      await this.refuse(tx, arrival, opened, pairs, at);
      return;
    }
    const place = pairOf(opened);
    const pair = place && pairs.get(pairKey(place.own, place.peer));
    if (opened.kind === 'statement') await this.statements.settle(tx, arrival, opened, pair, at);
    else if (pair) await this.incoming.settle(tx, arrival, opened, pair, at);
    else throw new Error('the pair of an opened message is not locked');
  }

  private async refuse(
    tx: EntityManager,
    arrival: BusArrival,
    rejected: Rejected,
    pairs: ReadonlyMap<string, LockedPair>,
    at: Date,
  ): Promise<void> {
    const { code, detail, sender } = rejected;
    if (TRANSIENT.has(code)) {
      await this.holding.hold(tx, arrival, { code, detail }, at);
      return;
    }
    const pair = sender && pairs.get(pairKey(sender.to, sender.from));
    if (sender && pair) await this.incoming.reject(tx, arrival, sender, pair, { code, detail }, at);
    else await this.quarantine.put(tx, at, arrival, { code, detail });
  }
}

/** Cases, messages and attachments go by UUIDs here; the format alone would take any token. */
function unfitIdentifier({ payload }: OpenedMessage): string | undefined {
  const named: [string, string][] = [
    ['case', payload.case],
    ...(payload.re === undefined ? [] : [['re', payload.re] as [string, string]]),
    ...payload.attachments.map(({ id }, index): [string, string] => [`attachments.${index}.id`, id]),
  ];
  return named.find(([, id]) => !UUID.test(id))?.[0];
}

/** An authentic message that is read no further: its sender is notified, and its number is taken. */
function rejectedWhole({ payload, D, seal }: OpenedMessage, code: ErrorCode, detail: string): Rejected {
  const { from, to, id } = payload;
  const { ep, n, prev } = seal;
  return { ok: false, code, detail, sender: { from, to, id, D, ep, n, prev } };
}

/** The pair whose sequences or requests an arrival is about, where that is known for sure. */
function pairOf(opened: Opened | Rejected): { own: string; peer: string } | undefined {
  if (!opened.ok) return opened.sender && { own: opened.sender.to, peer: opened.sender.from };
  if (opened.kind === 'message') return { own: opened.payload.to, peer: opened.payload.from };
  // A receipt changes no sequence: it would only wait for what is being sent.
  return opened.typ === 'valise-receipt+jws' ? undefined : { own: opened.to, peer: opened.signer.authority };
}
