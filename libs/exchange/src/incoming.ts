import type { ErrorCode } from '#core';
import type { AttachmentKey, AuthenticatedSender, JwsSignature, OpenedMessage, Payload } from '#envelope';
import { eventOf } from './cases.js';
import {
  conclude,
  concludeConflict,
  countRefused,
  type Delivered,
  messageKey,
  type Numbering,
  postpone,
} from './endings.js';
import {
  isAnyBefore,
  isMissing,
  missing,
  MISSING_MAX,
  opened as withGap,
  closed,
  RANGES_MAX,
} from './gaps.js';
import { hold } from './holding.js';
import { fitsSuccessor, placeOf } from './sequence.js';
import { type Circumstances, makePair, pairOf, putPair } from './settlement.js';
import { keyOf } from './keys.js';
import type { ArrivalRow, MessageRow, PairRow } from './tables.js';
import { decisionRow, readable, type Readable, rejecting, type Rejecting, verdictOn } from './verdict.js';
import type { View } from './view.js';
import { release } from './waiting.js';

/** What became of one member of a batch. */
export type Settled =
  | 'accepted'
  | 'pulling'
  | 'waiting'
  | 'rejected'
  | 'duplicate'
  | 'conflict'
  | 'held'
  /** Beyond a bound: counted, and it takes no place; its sender publishes it again. */
  | 'refused'
  | 'taken'
  /** A request for parts of an attachment: they are to be published. */
  | 'served'
  | 'quarantined';

/** An authentic message: a duplicate? in its place? may it wait? → its verdict. Then those that waited for it. */
export function takeMessage(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  opened: OpenedMessage,
): Settled {
  const { payload, seal, D } = opened;
  const { from: peer, to: own, id } = payload;
  const numbering = { own, peer, id, D, ep: seal.ep, n: seal.n, prev: seal.prev };
  const unnamed = unfitIdentifier(payload);
  if (unnamed !== undefined)
    return rejectMessage(view, circumstances, delivered, numbered(payload, numbering), unnamed);
  return inItsPlace(view, circumstances, delivered, numbering, () => {
    const read = readable(payload);
    const unfit = 'kind' in read ? read : whyUnfit(view, circumstances, payload);
    if (unfit) return settleNow(view, circumstances, delivered, numbering, opened, unfit);
    return 'kind' in read
      ? 'refused'
      : settleReadable(view, circumstances, delivered, numbering, opened, read);
  });
}

/** Cases, messages and attachments go by UUIDs here; the format alone would take any token. */
function unfitIdentifier({ id, from, to, case: caseId, re, attachments }: Payload) {
  const named = [
    ['case', caseId] as const,
    ...(re === undefined ? [] : [['re', re] as const]),
    ...attachments.map((one, index) => [`attachments.${index}.id`, one.id] as const),
  ];
  const unfit = named.find(([, name]) => !UUID.test(name));
  if (unfit) return { code: 'ENVELOPE_FORMAT', detail: `${unfit[0]} is not a UUID` } as const;
  if (from === to) return { code: 'ENVELOPE_BINDING', detail: `${id} is of ${from} to itself` } as const;
  return undefined;
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function numbered({ from, to }: Payload, { id, D, ep, n, prev }: Numbering): AuthenticatedSender {
  return { from, to, id, D, ep, n, prev };
}

/** An authentic message that is read no further: it has its place in the sequence all the same. */
export function rejectMessage(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  sender: AuthenticatedSender,
  reason: { readonly code: ErrorCode; readonly detail: string },
): Settled {
  const numbering = { ...sender, own: sender.to, peer: sender.from };
  return inItsPlace(view, circumstances, delivered, numbering, () => {
    takePlace(view, circumstances, numbering);
    const verdict = rejecting(reason.code, reason.detail);
    conclude(view, circumstances, numbering, verdict, { message: null, state: null, delivered });
    return 'rejected';
  });
}

function inItsPlace(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  numbering: Numbering,
  settle: () => Settled,
): Settled {
  const { own, peer, id, D } = numbering;
  const seen = view.read('arrival', keyOf.arrival(own, peer, id))?.seen ?? [];
  const settled = seen.some((one) => one.D === D)
    ? takeDuplicate(view, circumstances, numbering)
    : (whyNoPlace(view, circumstances, delivered, numbering, seen) ?? settle());
  release(view, circumstances, own, peer);
  return settled;
}

/** It is told again what was told before, and nothing is written of it but that it came. */
function takeDuplicate(view: View, circumstances: Circumstances, { own, peer, ep, n }: Numbering): Settled {
  const pair = pairOf(view, circumstances, own, peer);
  // One that was refused out of its place and arrives again on request is settled: it is no longer missing.
  putPair(view, { ...pair, duplicates: pair.duplicates + 1, gaps: closed(pair.gaps, { ep, n }) });
  return 'duplicate';
}

/** @returns what became of a message that has no place in the sequence now, or undefined */
function whyNoPlace(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  numbering: Numbering,
  seen: ArrivalRow['seen'],
): Settled | undefined {
  const { own, peer, id, D, ep, n } = numbering;
  const conflict = (detail: string): Settled => {
    concludeConflict(view, circumstances, numbering, rejecting('CONFLICT', detail), delivered);
    return 'conflict';
  };
  if (seen.length > 0) return conflict(`another message had the identifier ${id}`);
  const pair = pairOf(view, circumstances, own, peer);
  const isGap = isMissing(pair.gaps, { ep, n });
  const [before, after] = isGap ? neighbours(view, numbering) : [];
  const sequence = { ep: pair.inEp, n: pair.inN, d: pair.inD };
  const place = placeOf(sequence, numbering, { isGap, before: before?.D, after: after?.prev });
  if (place.kind === 'conflict') return conflict(place.detail);
  if (place.kind === 'early') {
    makePair(view, circumstances, own, peer);
    hold(view, circumstances, delivered, { code: 'GAP', detail: place.detail, D });
    return 'held';
  }
  if (place.kind === 'late' && !fitsSuccessor(D, after?.prev))
    return conflict(`its successor ${n + 1} names another message as the one before it`);
  if (place.kind !== 'ahead') return undefined;
  const { from, to } = place.missing;
  if (missing(pair.gaps) + to - from >= MISSING_MAX)
    return conflict(`more than ${MISSING_MAX} numbers would be missing`);
  if (pair.gaps.length < RANGES_MAX) return undefined;
  countRefused(view, delivered.node, 'gaps');
  return 'refused';
}

function neighbours(view: View, { own, peer, ep, n }: Numbering): (MessageRow | undefined)[] {
  const keys = [n - 1, n + 1].map((number) => keyOf.message(own, peer, 'in', ep, number));
  return view.readAll('message', keys).map((row) => row ?? undefined);
}

/** The number is settled: the next one is expected, numbers before it are missing, or a gap is closed. */
export function takePlace(
  view: View,
  circumstances: Circumstances,
  { own, peer, ep, n, D }: Pick<Numbering, 'own' | 'peer' | 'ep' | 'n' | 'D'>,
): PairRow {
  const pair = pairOf(view, circumstances, own, peer);
  if (ep < pair.inEp || n <= pair.inN) return putPair(view, { ...pair, gaps: closed(pair.gaps, { ep, n }) });
  const skipped = { ep, from: pair.inN + 1, to: n - 1, notedAt: circumstances.at };
  const gaps = skipped.from <= skipped.to ? withGap(pair.gaps, skipped) : pair.gaps;
  return putPair(view, { ...pair, inN: n, inD: D, inTotal: pair.inTotal + n - pair.inN, gaps });
}

function settleReadable(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  numbering: Numbering,
  opened: OpenedMessage,
  read: Readable,
): Settled {
  const pair = pairOf(view, circumstances, numbering.own, numbering.peer);
  if (!mustWait(pair, numbering, opened.payload)) {
    const officers = opened.officers.map(({ role }) => role);
    takePlace(view, circumstances, numbering);
    const sentAt = opened.seal.iat * 1000;
    const verdict = verdictOn(view, circumstances, {
      ...read,
      officers,
      sentAt,
      receivedAt: circumstances.at,
    });
    return store(view, circumstances, delivered, numbering, opened, verdict, read);
  }
  const { waitingMax, waitingBytesMax } = circumstances.bounds;
  const waitingBytes = pair.waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  if (pair.waiting.length >= waitingMax || waitingBytes + opened.payloadBytes.length > waitingBytesMax) {
    countRefused(view, delivered.node, 'waiting');
    return 'refused';
  }
  takePlace(view, circumstances, numbering);
  const message = putMessage(view, circumstances, numbering, opened, read, null);
  expectAttachments(view, message, opened.attachmentKeys);
  postpone(view, circumstances, numbering, message);
  return 'waiting';
}

/** A message of a case that exists may depend on one that is missing or waits; one that opens a case depends on none. */
function mustWait(pair: PairRow, { ep, n }: Numbering, payload: Payload): boolean {
  if (payload.case === payload.id) return false;
  if (ep === pair.inEp && n > pair.inN + 1) return true;
  const waits = pair.waiting.some((one) => one.ep < ep || (one.ep === ep && one.n < n));
  return waits || isAnyBefore(pair.gaps, { ep, n });
}

function settleNow(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  numbering: Numbering,
  opened: OpenedMessage,
  verdict: Rejecting,
): Settled {
  takePlace(view, circumstances, numbering);
  return store(view, circumstances, delivered, numbering, opened, verdict, null);
}

function store(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  numbering: Numbering,
  opened: OpenedMessage,
  verdict: ReturnType<typeof verdictOn>,
  read: Readable | null,
): Settled {
  const message = putMessage(view, circumstances, numbering, opened, read, verdict.decision);
  if (verdict.kind === 'accepted') expectAttachments(view, message, opened.attachmentKeys);
  conclude(view, circumstances, numbering, verdict, { message, state: null, delivered });
  return verdict.kind === 'accepted' && message.attachments.length > 0 ? 'pulling' : verdict.kind;
}

function putMessage(
  view: View,
  { at }: Circumstances,
  numbering: Numbering,
  { payload, payloadBytes, seal, jws }: OpenedMessage,
  read: Readable | null,
  decision: ReturnType<typeof verdictOn>['decision'],
): MessageRow {
  const { own, peer, id, D, ep, n, prev } = numbering;
  const key = messageKey(numbering);
  const sentAt = seal.iat * 1000;
  const message: MessageRow = {
    ...{ own, peer, direction: 'in', ep, n, id, D, prev },
    caseId: payload.case,
    type: payload.act.split('/')[0] ?? '',
    instrument: payload.instrument,
    level: payload.level,
    bytes: payloadBytes.length,
    event: read && eventOf(own, payload, read.body, read.type, sentAt),
    decision: decision && decisionRow(decision),
    createdBy: null,
    createdAt: at,
    sentAt,
    expiresAt: payload.exp * 1000,
    attachments: payload.attachments,
  };
  const signatures = [...jws.signatures];
  const sealed: JwsSignature | undefined = signatures.pop();
  view.put('message', key, message);
  view.put('identifier', keyOf.identifier(own, peer, 'in', id), { key });
  view.put('content', key, {
    payload: payloadBytes,
    officers: signatures,
    sealProtected: sealed?.protected ?? '',
    sealSignature: sealed?.signature ?? null,
  });
  return message;
}

function expectAttachments(view: View, message: MessageRow, keys: readonly AttachmentKey[]): void {
  const { own, peer, attachments } = message;
  if (attachments.length === 0) return;
  for (const { id, name, mediaType, bytes, sha256 } of attachments)
    view.put('attachment', keyOf.attachment(own, 'in', id), {
      ...{ own, peer, id, name, mediaType, bytes, sha256 },
      direction: 'in',
      message: messageKey(message),
      status: 'expected',
      key: keys.find((one) => one.id === id)?.key ?? '',
      failure: null,
      partsServed: 0,
    });
  const use = attachmentUseOf(view, own, peer);
  view.put('attachmentUse', keyOf.attachmentUse(own, peer), {
    files: use.files + attachments.length,
    bytes: use.bytes + bytesOf(attachments),
  });
}

/**
 * Why we take no such attachments, or undefined. Their identifiers are the sender's choice: one that we know already
 * would stand for two files. One sender must not fill the disk for the others: announced bytes count before they arrive.
 */
function whyUnfit(view: View, { bounds }: Circumstances, payload: Payload): Rejecting | undefined {
  const { from: peer, to: own, attachments } = payload;
  if (attachments.length === 0) return undefined;
  const refusing = (detail: string) => rejecting('ENVELOPE_ATTACHMENT', detail);
  const large = attachments.find(({ bytes }) => bytes > bounds.attachmentBytesMax);
  if (large)
    return refusing(
      `the attachment ${large.id} has ${large.bytes} bytes; at most ${bounds.attachmentBytesMax} are taken here`,
    );
  const keys = attachments.flatMap(({ id }) => [
    keyOf.attachment(own, 'in', id),
    keyOf.attachment(own, 'out', id),
  ]);
  const taken = view.readAll('attachment', keys).find((row) => row !== null);
  if (taken) return refusing(`the identifier of the attachment ${taken.id} is taken`);
  const use = attachmentUseOf(view, own, peer);
  if (use.files + attachments.length > bounds.peerFilesMax)
    return refusing(`with them ${peer} would have more than ${bounds.peerFilesMax} files here`);
  if (use.bytes + bytesOf(attachments) > bounds.peerBytesMax)
    return refusing(`with them ${peer} would have more than ${bounds.peerBytesMax} bytes here`);
  return undefined;
}

function attachmentUseOf(view: View, own: string, peer: string) {
  return view.read('attachmentUse', keyOf.attachmentUse(own, peer)) ?? { files: 0, bytes: 0 };
}

function bytesOf(attachments: Payload['attachments']): number {
  return attachments.reduce((sum, { bytes }) => sum + bytes, 0);
}
