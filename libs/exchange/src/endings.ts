import type { ErrorCode } from '#core';
import { rebuildCase } from './cases.js';
import { appendLeaf, hasRoomInLog, noteInternally } from './log.js';
import { type Circumstances, instantAt, pairOf, putPair, wholeSecond } from './settlement.js';
import { keyOf } from './keys.js';
import type { DeliveryBody, MessageRow, StateRow } from './tables.js';
import { decisionRow, type Rejecting, rejectionRow, storable, type Verdict } from './verdict.js';
import type { View } from './view.js';

/** A message as its seal numbers it, whatever else can be read of it. */
export interface Numbering {
  readonly own: string;
  readonly peer: string;
  readonly id: string;
  readonly D: string;
  readonly ep: number;
  readonly n: number;
  readonly prev: string | null;
}

/** A delivery as the bus brought it, for those who must keep it. */
export interface Delivered {
  /** The sending node, as the delivery's exchange names it. */
  readonly node: string;
  readonly body: DeliveryBody;
  /** How often it was held before. */
  readonly attempts: number;
  /** Key of its row, of one that is held and tried again. */
  readonly held?: string;
  /** Of ours, whose key opened what is kept of it in clear: nobody else may read that. Absent where it is kept encrypted. */
  readonly readableBy?: string;
}

type Stage = 'stored' | 'accepted' | 'rejected';

/**
 * How every incoming message ends, whichever way it came to its verdict: at once, after it waited, after its attachments
 * came or did not. Its state, the receipt as a leaf of the log, the decision in the internal log, and where it is refused a row of
 * the quarantine.
 *
 * @param how `state` as it was, null of one that just came; `delivered` null of one that is stored already; `complete`: its
 *   attachments are there
 */
export function conclude(
  view: View,
  circumstances: Circumstances,
  numbering: Numbering,
  verdict: Verdict,
  how: {
    readonly message: MessageRow | null;
    readonly state: StateRow | null;
    readonly delivered: Delivered | null;
    readonly complete?: true;
  },
): void {
  const { at, registerMark } = circumstances;
  const { message } = how;
  const pulling = verdict.kind === 'accepted' && how.complete !== true && beginPulling(view, message);
  if (message) {
    const key = messageKey(numbering);
    const before = how.state;
    view.put('state', key, {
      status: pulling ? 'pulling' : verdict.kind,
      storedAt: before?.storedAt ?? wholeSecond(at),
      acceptedAt: verdict.kind === 'accepted' && !pulling ? wholeSecond(at) : null,
      judgedAt: before?.judgedAt ?? at,
      rejection: verdict.kind === 'rejected' ? rejectionRow(verdict) : null,
      decision:
        verdict.decision && before !== null ? decisionRow(verdict.decision) : (before?.decision ?? null),
      registerMark,
    });
  }
  if (verdict.kind === 'rejected') {
    if (message) dropAttachments(view, message);
    quarantine(view, circumstances, numbering, verdict, how);
  }
  if (verdict.decision)
    noteInternally(view, circumstances, numbering.own, 'decision', {
      D: numbering.D,
      ...decisionRow(verdict.decision),
    });
  // `pulling` has its `stored` already, where it waited.
  if (!pulling) receipt(view, circumstances, numbering, verdict);
  else if (how.state === null) receipt(view, circumstances, numbering, 'stored');
}

/** One that is stored and waits, for a message before it is missing: it gets its receipt, and no verdict yet. */
export function postpone(
  view: View,
  circumstances: Circumstances,
  numbering: Numbering,
  message: MessageRow,
): void {
  const { own, peer, ep, n } = numbering;
  view.put('state', messageKey(numbering), {
    status: 'waiting',
    storedAt: wholeSecond(circumstances.at),
    acceptedAt: null,
    judgedAt: null,
    rejection: null,
    decision: null,
    registerMark: circumstances.registerMark,
  });
  const pair = pairOf(view, circumstances, own, peer);
  const waiting = [...pair.waiting, { ep, n, bytes: message.bytes }].sort(inOrder);
  putPair(view, { ...pair, waiting });
  receipt(view, circumstances, numbering, 'stored');
}

/** Rejects one that had been taken into its case: its attachments do not come, or are not what was declared. */
export function revoke(
  view: View,
  circumstances: Circumstances,
  message: MessageRow,
  state: StateRow,
  verdict: Rejecting,
): void {
  conclude(view, circumstances, message, verdict, { message, state, delivered: null });
  for (const { id } of message.attachments) endAttachment(view, message.own, id, 'its message is rejected');
  rebuildCase(view, message.own, message.caseId);
}

/** Of what came under one identifier so many are receipted: all of them are looked at with every further one. */
const FORMS_MAX = 16;

/** An authenticated message that cannot have its place: it gets a receipt, and the one that has the place keeps it. */
export function concludeConflict(
  view: View,
  circumstances: Circumstances,
  numbering: Numbering,
  verdict: Rejecting,
  delivered: Delivered,
): void {
  quarantine(view, circumstances, numbering, verdict, { message: null, delivered });
  const { own, peer, id } = numbering;
  const forms = view.read('arrival', keyOf.arrival(own, peer, id))?.seen.length ?? 0;
  // A peer that signs anything could make the log outgrow what it mirrors itself.
  if (forms < FORMS_MAX && hasRoomInLog(pairOf(view, circumstances, own, peer)))
    receipt(view, circumstances, numbering, verdict);
  else countRefused(view, delivered.node, 'conflict');
}

export function messageKey({ own, peer, ep, n }: Pick<Numbering, 'own' | 'peer' | 'ep' | 'n'>): string {
  return keyOf.message(own, peer, 'in', ep, n);
}

function receipt(
  view: View,
  circumstances: Circumstances,
  numbering: Numbering,
  verdict: Verdict | 'stored',
): void {
  const { own, peer, D, id, ep, n } = numbering;
  const pair = pairOf(view, circumstances, own, peer);
  const stage: Stage = verdict === 'stored' ? 'stored' : verdict.kind;
  const reason =
    verdict !== 'stored' && verdict.kind === 'rejected'
      ? { code: verdict.code, ...(verdict.rule !== undefined && { rule: verdict.rule }) }
      : {};
  const at = instantAt(circumstances.at);
  appendLeaf(view, circumstances, pair, { kind: 'received', D, id, ep, n, stage, ...reason, at });
  noteArrival(view, numbering, pair.outEp, pair.log.size);
}

/** The first leaf of a message is where its receipts begin: a duplicate is told from there again. */
function noteArrival(view: View, { own, peer, id, D, ep, n }: Numbering, log: number, leaf: number): void {
  const key = keyOf.arrival(own, peer, id);
  const seen = view.read('arrival', key)?.seen ?? [];
  if (seen.some((one) => one.D === D)) return;
  view.put('arrival', key, { seen: [...seen, { D, ep, n, log, leaf }] });
}

/** @returns whether it has attachments to be pulled */
function beginPulling(view: View, message: MessageRow | null): boolean {
  if (!message || message.attachments.length === 0) return false;
  const keys = message.attachments.map(({ id }) => keyOf.attachment(message.own, 'in', id));
  for (const [index, row] of view.readAll('attachment', keys).entries())
    if (row?.status === 'expected') view.put('attachment', keys[index] ?? '', { ...row, status: 'pulling' });
  return true;
}

/** Nothing is pulled of a message that is rejected. */
function dropAttachments(view: View, message: MessageRow): void {
  for (const { id } of message.attachments) {
    const row = view.read('attachment', keyOf.attachment(message.own, 'in', id));
    if (row?.status === 'expected') endAttachment(view, message.own, id, 'its message is rejected');
  }
}

function endAttachment(view: View, own: string, id: string, failure: string): void {
  const key = keyOf.attachment(own, 'in', id);
  const row = view.read('attachment', key);
  if (!row || row.status === 'failed') return;
  view.put('attachment', key, { ...row, status: 'failed', failure: row.failure ?? failure });
  const use = keyOf.attachmentUse(own, row.peer ?? '');
  const taken = view.read('attachmentUse', use);
  if (taken) view.put('attachmentUse', use, { files: taken.files - 1, bytes: taken.bytes - row.bytes });
}

export function inOrder(
  one: { readonly ep: number; readonly n: number },
  other: { readonly ep: number; readonly n: number },
): number {
  return one.ep - other.ep || one.n - other.n;
}

function quarantine(
  view: View,
  circumstances: Circumstances,
  { own, peer, id, D, ep, n }: Numbering,
  { code, detail, rule }: Rejecting,
  { message, delivered }: { readonly message: MessageRow | null; readonly delivered: Delivered | null },
): void {
  keepInQuarantine(view, circumstances, {
    code,
    detail,
    rule: rule ?? null,
    authority: own,
    sender: { from: peer, to: own, id, D, ep, n },
    node: delivered?.node ?? circumstances.nodeOf(peer) ?? '',
    body: delivered?.body ?? null,
    message: message && keyOf.message(own, peer, 'in', ep, n),
  });
}

/**
 * Keeps bad input with its reason: the same bytes once, and of each sending node as much as the bounds say. Past that the newest is
 * counted and not kept, so that a flood can push out neither another node's evidence nor the traces of how it began.
 */
export function keepInQuarantine(
  view: View,
  { at, bounds }: Circumstances,
  reason: {
    readonly code: ErrorCode;
    readonly detail: string;
    readonly rule: string | null;
    readonly authority: string | null;
    readonly sender: Readonly<Record<string, string | number | null>> | null;
    readonly node: string;
    readonly body: DeliveryBody | null;
    readonly message: string | null;
  },
): void {
  const { node, body, message, code } = reason;
  const key = keyOf.quarantine(node, body?.sha256 ?? message ?? '', code);
  const known = view.read('quarantine', key);
  if (known) {
    view.put('quarantine', key, { ...known, lastAt: at, times: known.times + 1 });
    return;
  }
  const use = useOf(view, node);
  const bytes = body?.bytes ?? 0;
  if (use.quarantineRows >= bounds.nodeRowsMax || use.quarantineBytes + bytes > bounds.nodeBytesMax) {
    countRefused(view, node, 'quarantine');
    return;
  }
  view.put('nodeUse', node, {
    ...use,
    quarantineRows: use.quarantineRows + 1,
    quarantineBytes: use.quarantineBytes + bytes,
  });
  view.put('quarantine', key, { ...reason, detail: storable(reason.detail), at, lastAt: at, times: 1 });
}

export function useOf(view: View, node: string) {
  return (
    view.read('nodeUse', node) ?? {
      heldRows: 0,
      heldBytes: 0,
      quarantineRows: 0,
      quarantineBytes: 0,
      refused: {},
    }
  );
}

/** What is beyond a bound is not kept, and counted for an operator to see. */
export function countRefused(view: View, node: string, what: string): void {
  const use = useOf(view, node);
  view.put('nodeUse', node, { ...use, refused: { ...use.refused, [what]: (use.refused[what] ?? 0) + 1 } });
}
