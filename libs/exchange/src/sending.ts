import { unixSeconds, ValiseError } from '#core';
import { type JwsSignature, prepareSeal } from '#envelope';
import { advanceCase, eventOf } from './cases.js';
import { judge, requirePermit } from './judge.js';
import { appendLeaf, noteInternally } from './log.js';
import { type Circumstances, instantAt, pairOf } from './settlement.js';
import { keyOf } from './keys.js';
import type { MessageRow } from './tables.js';
import { decisionRow, type Readable } from './verdict.js';
import type { View } from './view.js';

/** Whose commit it was publishes it from memory; the relay does where that went wrong, after so many milliseconds. */
const RELAYED_AFTER_MS = 5_000;

/** A message that is ready to leave, with all signatures of officers that it needs. */
export interface Outgoing extends Readable {
  readonly payloadBytes: Buffer;
  /** Verified signatures of officers, and the roles in which they signed. */
  readonly officers: readonly JwsSignature[];
  readonly roles: readonly string[];
  /** Of the seal that will sign it. */
  readonly certificate: Parameters<typeof prepareSeal>[0]['certificate'];
  readonly createdBy: string | null;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/**
 * decide → transition → its number and identity, its leaf, and what the relay has to publish.
 *
 * @returns the message as it is numbered
 * @throws ValiseError POLICY_DENIED, CASE_TRANSITION, ENVELOPE_EXPIRED, CONFLICT; the layer is then to be dropped
 */
export function send(view: View, circumstances: Circumstances, outgoing: Outgoing): MessageRow {
  const { at } = circumstances;
  const { payload, roles } = outgoing;
  const { from: own, to: peer, id } = payload;
  if (payload.exp <= Math.floor(at / 1000))
    throw new ValiseError('ENVELOPE_EXPIRED', `the message ${id} expired before it was sent`, {
      remedy: 'draft it again',
    });
  if (view.read('identifier', keyOf.identifier(own, peer, 'out', id)))
    throw new ValiseError('CONFLICT', `the message ${id} was sent before`, { path: 'id' });

  const isOpening = payload.id === payload.case;
  const existing = isOpening ? null : view.read('case', keyOf.case(own, payload.case));
  const decision = judge(
    circumstances.basis,
    { ...outgoing, officers: roles },
    instantAt(at),
    existing?.state ?? null,
  );
  requirePermit(decision);
  const event = eventOf(own, payload, outgoing.body, outgoing.type, at);
  const step = { event, obligations: decision.obligations, sentAt: at, receivedAt: null };
  const refusal = advanceCase(view, own, payload, existing, step);
  if (refusal)
    throw new ValiseError('CASE_TRANSITION', refusal.detail, {
      path: 'case',
      ...(refusal.rule !== undefined && { rule: refusal.rule }),
    });

  const message = number(view, circumstances, outgoing, decisionRow(decision));
  attach(view, message);
  noteInternally(view, circumstances, own, 'decision', { D: message.D, ...decisionRow(decision) });
  return message;
}

function number(
  view: View,
  circumstances: Circumstances,
  { payload, payloadBytes, officers, certificate, type, body, createdBy, createdAt }: Outgoing,
  decision: MessageRow['decision'],
): MessageRow {
  const { at, registerMark } = circumstances;
  const { from: own, to: peer, id } = payload;
  const pair = pairOf(view, circumstances, own, peer);
  const place = { ep: pair.outEp, n: pair.outN + 1, prev: pair.outD };
  const iat = unixSeconds(new Date(at));
  const sealed = prepareSeal({ payload: payloadBytes, officers, certificate, iat, ...place });
  const { D } = sealed;
  const key = keyOf.message(own, peer, 'out', place.ep, place.n);
  const message: MessageRow = {
    ...{ own, peer, direction: 'out', id, D, ...place },
    caseId: payload.case,
    type,
    instrument: payload.instrument,
    level: payload.level,
    bytes: payloadBytes.length,
    event: eventOf(own, payload, body, type, at),
    decision,
    createdBy,
    createdAt,
    // To the millisecond: what is sent and received within one second keeps its order. Treaties' clocks use whole seconds.
    sentAt: at,
    expiresAt: payload.exp * 1000,
    attachments: payload.attachments,
  };
  view.put('message', key, message);
  view.put('identifier', keyOf.identifier(own, peer, 'out', id), { key });
  view.put('content', key, {
    payload: payloadBytes,
    officers,
    sealProtected: sealed.protected,
    sealSignature: null,
  });
  view.put('state', key, {
    status: 'queued',
    storedAt: null,
    acceptedAt: null,
    judgedAt: null,
    rejection: null,
    decision: null,
    registerMark,
  });
  view.put('outbox', key, { kind: 'message', message: key, dueAt: at + RELAYED_AFTER_MS, once: false });
  const numbered = { ...pair, outN: place.n, outD: D, outTotal: pair.outTotal + 1 };
  appendLeaf(view, circumstances, numbered, {
    kind: 'sent',
    D,
    id,
    ep: place.ep,
    n: place.n,
    at: instantAt(at),
  });
  return message;
}

/** Binds attachments to the message that names them. @throws ValiseError NOT_FOUND, CONFLICT where another message was quicker */
function attach(view: View, message: MessageRow): void {
  const own = message.own;
  const key = keyOf.message(own, message.peer, 'out', message.ep, message.n);
  const keys = message.attachments.map(({ id }) => keyOf.attachment(own, 'out', id));
  for (const [index, row] of view.readAll('attachment', keys).entries()) {
    const path = `attachments.${index}`;
    if (!row) throw new ValiseError('NOT_FOUND', 'there is no such attachment', { path });
    // `announced` without a message: bound to the draft that this message was.
    if (row.message !== null || !['ready', 'announced'].includes(row.status))
      throw new ValiseError('CONFLICT', `the attachment ${row.id} belongs to another message`, { path });
    view.put('attachment', keys[index] ?? '', {
      ...row,
      status: 'announced',
      peer: message.peer,
      message: key,
    });
  }
}
