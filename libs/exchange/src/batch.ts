import { messageOf, type ErrorCode } from '#core';
import type { Opened, OpenedStatement, Rejected } from '#envelope';
import { rebuildCases } from './cases.js';
import { conclude, countRefused, type Delivered, keepInQuarantine, revoke } from './endings.js';
import { takeEpoch } from './epochs.js';
import { hold, takeUp } from './holding.js';
import { rejectMessage, type Settled, takeMessage } from './incoming.js';
import { askForMissing, noteOverdue, noteSent, takeResend, takeVoid } from './numbers.js';
import { takeTelling, type TakenTelling, type Told } from './mirroring.js';
import { takeRange } from './ranges.js';
import { takeReceipt } from './receipts.js';
import type { Asking } from './requests.js';
import { type Outgoing, send } from './sending.js';
import { type Circumstances, pairOf } from './settlement.js';
import { keyOf } from './keys.js';
import type { MessageRow } from './tables.js';
import { each } from './members.js';
import { rejecting } from './verdict.js';
import { type Changes, type Facts, View } from './view.js';
import { voidIfRefused } from './voiding.js';
import { release } from './waiting.js';

/** Refusals that time or a newer book may resolve; all others are final. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['CERTIFICATE_UNKNOWN', 'REGISTER_BEHIND']);

export interface Pair {
  readonly own: string;
  readonly peer: string;
}

/** What comes in, under the lock of its pair. */
export type Incoming =
  | {
      readonly kind: 'delivery';
      readonly delivered: Delivered;
      /** As it was opened and authenticated; the signer is an authority of the node that it came through. */
      readonly opened: Opened | Rejected;
      /** Of a statement. */
      readonly asking?: Asking;
    }
  /** Goes on with what one transaction did not judge. */
  | ({ readonly kind: 'release' } & Pair)
  /** A delivery that was refused before it could be settled, whatever it is. */
  | { readonly kind: 'refused'; readonly delivered: Delivered; readonly reason: Refused }
  /** Asks for what is missing for long enough. */
  | ({ readonly kind: 'missing' } & Pair)
  /** Looks whether the peer's log tells of messages that did not come. */
  | ({ readonly kind: 'sent' } & Pair)
  /** The same of one message of an ended epoch; `key` of its row. */
  | { readonly kind: 'overdue'; readonly key: string }
  | {
      readonly kind: 'attachment';
      readonly own: string;
      readonly id: string;
      /** Whether its bytes are what its message declares, or why they will not come. */
      readonly result: 'verified' | { readonly code: ErrorCode; readonly detail: string };
    };

/** Why a delivery goes to quarantine unread. */
export interface Refused {
  readonly code: ErrorCode;
  readonly detail: string;
  /** Of ours, that it was for, where that is known. */
  readonly authority?: string | undefined;
}

export interface SettledIn {
  readonly changes: Changes;
  readonly settled: readonly Settled[];
  /** Pairs of which more messages can be judged than one transaction may. */
  readonly more: readonly Pair[];
}

/**
 * Settles a batch of what came in, each member on what those before it left. One that throws is quarantined alone and spoils no
 * other.
 *
 * @throws Missing with rows to load; nothing else
 */
export function settleIn(
  facts: Facts,
  members: readonly Incoming[],
  circumstances: Circumstances,
): SettledIn {
  const view = new View(facts);
  const more = new Map<string, Pair>();
  const settled = each(
    view,
    members,
    (layer, member) => settleOne(layer, member, circumstances, more),
    (layer, member, thrown) => {
      if (member.kind !== 'delivery') throw thrown;
      return quarantineFault(layer, member.delivered, thrown, circumstances);
    },
  );
  return { changes: view.changes(), settled, more: [...more.values()] };
}

/** What is to leave, under the lock of its pair: messages, and voids of those that must not. */
export type Leaving =
  | ({ readonly kind: 'message' } & { readonly outgoing: Outgoing })
  /** A message that is about to be published: does the register as it is now still allow it? @see voidIfRefused */
  | {
      readonly kind: 'check';
      readonly key: string;
      /** The seal that it was prepared for is gone: nobody can sign it. */
      readonly isUnsealable?: boolean;
    };

export type Left =
  | { readonly ok: true; readonly message: MessageRow }
  | { readonly ok: true; readonly isVoid: boolean }
  | { readonly ok: false; readonly error: unknown };

/**
 * Settles a batch of what is to leave. One that is refused leaves nothing, and its caller gets the error.
 *
 * @throws Missing with rows to load; nothing else
 */
export function settleOut(
  facts: Facts,
  members: readonly Leaving[],
  circumstances: Circumstances,
): { readonly changes: Changes; readonly left: readonly Left[] } {
  const view = new View(facts);
  const left = each<Leaving, Left>(
    view,
    members,
    (layer, member) =>
      member.kind === 'message'
        ? { ok: true, message: send(layer, circumstances, member.outgoing) }
        : { ok: true, isVoid: voidIfRefused(layer, circumstances, member.key, member.isUnsealable) },
    (_, __, error) => ({ ok: false, error }),
  );
  return { changes: view.changes(), left };
}

/** What a peer tells of its log, under the lock of its mirror; and receipts that waited for our clock. */
export type Telling =
  | { readonly kind: 'telling'; readonly delivered: Delivered; readonly told: Told }
  | { readonly kind: 'deferred'; readonly leaf: string };

/** @throws Missing with rows to load; nothing else */
export function settleLog(
  facts: Facts,
  members: readonly Telling[],
  circumstances: Circumstances,
): { readonly changes: Changes; readonly taken: readonly (TakenTelling | Settled)[] } {
  const view = new View(facts);
  const taken = each<Telling, TakenTelling | Settled>(
    view,
    members,
    (layer, member) => {
      if (member.kind === 'deferred') return takeDeferred(layer, member.leaf, circumstances);
      takeUp(layer, member.delivered);
      const outcome = takeTelling(layer, circumstances, member.delivered, member.told);
      if (outcome === 'early')
        hold(layer, circumstances, member.delivered, {
          code: 'GAP',
          detail: 'a log of an epoch that has not begun',
        });
      return outcome;
    },
    (layer, member, thrown) => {
      if (member.kind !== 'telling') throw thrown;
      return quarantineFault(layer, member.delivered, thrown, circumstances);
    },
  );
  return { changes: view.changes(), taken };
}

function settleOne(
  view: View,
  member: Incoming,
  circumstances: Circumstances,
  more: Map<string, Pair>,
): Settled {
  if (member.kind === 'attachment') return settleAttachment(view, member, circumstances);
  if (member.kind === 'refused') {
    const { delivered, reason } = member;
    takeUp(view, delivered);
    quarantineUnknown(view, circumstances, delivered, reason.code, reason.detail, reason.authority);
    return 'quarantined';
  }
  if (member.kind === 'sent')
    return noteSent(view, circumstances, member.own, member.peer) ? 'taken' : 'refused';
  if (member.kind === 'missing')
    return askForMissing(view, circumstances, member.own, member.peer) ? 'taken' : 'refused';
  if (member.kind === 'overdue') return noteOverdue(view, circumstances, member.key) ? 'taken' : 'refused';
  if (member.kind === 'release') {
    const { own, peer } = member;
    if (release(view, circumstances, own, peer)) more.set(keyOf.pair(own, peer), { own, peer });
    return 'taken';
  }
  const { delivered, opened, asking } = member;
  takeUp(view, delivered);
  const settled = settleDelivery(view, circumstances, delivered, opened, asking);
  const pair = pairIn(opened);
  if (pair && isReleasable(view, circumstances, pair)) more.set(keyOf.pair(pair.own, pair.peer), pair);
  return settled;
}

function settleDelivery(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  opened: Opened | Rejected,
  asking: Asking | undefined,
): Settled {
  if (opened.ok)
    return opened.kind === 'message'
      ? takeMessage(view, circumstances, delivered, opened)
      : settleStatement(view, circumstances, delivered, opened, asking);
  const { code, detail, sender } = opened;
  if (TRANSIENT.has(code)) {
    hold(view, circumstances, delivered, { code, detail });
    return 'held';
  }
  if (sender) return rejectMessage(view, circumstances, delivered, sender, { code, detail });
  quarantineUnknown(view, circumstances, delivered, code, detail);
  return 'quarantined';
}

function settleStatement(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  opened: OpenedStatement,
  asking: Asking | undefined,
): Settled {
  if (!asking) throw new Error('a statement without the hash and the time of its signature');
  switch (opened.typ) {
    case 'valise-resend+jws':
      if (takeResend(view, circumstances, opened.content, asking)) return 'taken';
      countRefused(view, delivered.node, 'asked');
      return 'refused';
    case 'valise-void+jws':
      return takeVoid(view, circumstances, opened.content) ? 'taken' : 'refused';
    case 'valise-epoch+jws': {
      const taken = takeEpoch(view, circumstances, opened.content, asking);
      if (taken.is === 'refused') countRefused(view, delivered.node, 'asked');
      if (taken.is !== 'unfit') return taken.is;
      const detail = `${opened.typ}: ${taken.detail}`;
      quarantineUnknown(view, circumstances, delivered, 'ENVELOPE_BINDING', detail, opened.to);
      return 'quarantined';
    }
    case 'valise-range+jws': {
      const taken = takeRange(view, circumstances, opened.content, asking);
      if (taken.is === 'refused') countRefused(view, delivered.node, 'asked');
      if (taken.is !== 'unfit') return taken.is;
      quarantineUnknown(
        view,
        circumstances,
        delivered,
        'ENVELOPE_BINDING',
        `${opened.typ}: ${taken.detail}`,
        opened.to,
      );
      return 'quarantined';
    }
    // A telling comes with its entries, and settleLog takes it; the others ask for what changes nothing here, or are of an older version.
    case 'valise-checkpoint+jws':
    case 'valise-log-ask+jws':
    case 'valise-receipt+jws':
      quarantineUnknown(
        view,
        circumstances,
        delivered,
        'ENVELOPE_FORMAT',
        `${opened.typ} is not settled here`,
      );
      return 'quarantined';
  }
}

function settleAttachment(
  view: View,
  { own, id, result }: Extract<Incoming, { kind: 'attachment' }>,
  circumstances: Circumstances,
): Settled {
  const key = keyOf.attachment(own, 'in', id);
  const row = view.read('attachment', key);
  if (!row?.message || (row.status !== 'verifying' && row.status !== 'pulling')) return 'refused';
  const message = view.read('message', row.message);
  const state = view.read('state', row.message);
  if (!message || state?.status !== 'pulling') return 'refused';
  // Its last part came between the look at the clock and this settlement: it is there, and is verified.
  if (result !== 'verified' && result.code === 'ENVELOPE_EXPIRED' && row.status !== 'pulling')
    return 'refused';
  if (result !== 'verified') {
    view.put('attachment', key, { ...row, failure: result.detail });
    revoke(view, circumstances, message, state, rejecting(result.code, result.detail));
    return 'rejected';
  }
  view.put('attachment', key, { ...row, status: 'verified' });
  const others = view.readAll(
    'attachment',
    message.attachments.map((one) => keyOf.attachment(own, 'in', one.id)),
  );
  if (others.some((one) => one?.status !== 'verified')) return 'pulling';
  const accepted = { kind: 'accepted', decision: null } as const;
  conclude(view, circumstances, message, accepted, { message, state, delivered: null, complete: true });
  return 'accepted';
}

function takeDeferred(view: View, leaf: string, circumstances: Circumstances): Settled {
  const row = view.read('deferred', leaf);
  if (!row || row.dueAt > circumstances.at) return 'refused';
  view.remove('deferred', leaf);
  const stale = new Set<string>();
  takeReceipt(view, circumstances, row.own, row.peer, row.received, leaf, stale);
  rebuildCases(view, row.own, stale);
  return 'taken';
}

function isReleasable(view: View, circumstances: Circumstances, { own, peer }: Pair): boolean {
  const { waiting, gaps } = pairOf(view, circumstances, own, peer);
  const [first] = waiting;
  const [gap] = gaps;
  return (
    first !== undefined &&
    (gap === undefined || first.ep < gap.ep || (first.ep === gap.ep && first.n < gap.from))
  );
}

/** The pair whose sequences or requests a delivery is about, where that is known for sure. */
export function pairIn(opened: Opened | Rejected): Pair | undefined {
  if (!opened.ok) return opened.sender && { own: opened.sender.to, peer: opened.sender.from };
  if (opened.kind === 'message') return { own: opened.payload.to, peer: opened.payload.from };
  return { own: opened.to, peer: opened.signer.authority };
}

/** For what made the settlement throw: a fault of ours, and the delivery is kept until somebody has looked. */
function quarantineFault(
  view: View,
  delivered: Delivered,
  thrown: unknown,
  circumstances: Circumstances,
): 'quarantined' {
  // What the member itself did is dropped, also that it took the row up.
  takeUp(view, delivered);
  quarantineUnknown(view, circumstances, delivered, 'INTERNAL', messageOf(thrown));
  return 'quarantined';
}

function quarantineUnknown(
  view: View,
  circumstances: Circumstances,
  { node, body, readableBy }: Delivered,
  code: ErrorCode,
  detail: string,
  named?: string,
): void {
  const authority = named ?? readableBy ?? null;
  const unknown = { rule: null, authority, sender: null, message: null };
  keepInQuarantine(view, circumstances, { ...unknown, code, detail, node, body });
}
