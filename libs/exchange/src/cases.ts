import { type CaseEvent, type CaseState, type MessageEvent, replay, transition, voided } from '#cases';
import type { Payload } from '#envelope';
import type { Obligation } from '#policy';
import type { Body, MessageType } from './body.js';
import { instantAt } from './settlement.js';
import { keyOf } from './keys.js';
import type { CaseRow, MessageRow, StateRow, Status } from './tables.js';
import type { View } from './view.js';

/** Messages that changed their case: those on their way or with the other side, and those taken from it. */
const EFFECTIVE: readonly Status[] = ['queued', 'sent', 'stored', 'pulling', 'accepted'];

export type EventOfMessage = NonNullable<MessageRow['event']>;

export interface CaseRefusal {
  readonly detail: string;
  readonly rule: string | undefined;
}

/** What a message does to its case, at either end. @param sentAt Unix milliseconds */
export function eventOf(
  own: string,
  payload: Payload,
  body: Body,
  type: MessageType,
  sentAt: number,
): EventOfMessage {
  return {
    kind: 'message',
    direction: payload.from === own ? 'out' : 'in',
    id: payload.id,
    type,
    instrument: payload.instrument,
    from: payload.from,
    to: payload.to,
    sentAt: instantAt(sentAt),
    deadline: body.deadline,
    confidential: body.confidential,
    extent: type === 'refusal' ? (body.refusal?.extent ?? null) : body.extent,
    ...(body.agreed !== null && { agreed: body.agreed }),
  };
}

/**
 * Takes a case one step on.
 *
 * @param existing null: the message opens it
 * @param receivedAt Unix milliseconds; null on the sender's side, where the receipt brings it
 * @returns why the case does not allow it, or undefined and the case is in its new state
 */
export function advanceCase(
  view: View,
  own: string,
  payload: Payload,
  existing: CaseRow | null,
  step: {
    readonly event: EventOfMessage;
    readonly obligations: readonly Obligation[];
    readonly sentAt: number;
    readonly receivedAt: number | null;
  },
): CaseRefusal | undefined {
  const { event, obligations, sentAt, receivedAt } = step;
  const next = transition(existing?.state ?? null, complete(event, obligations, receivedAt));
  if (!next.ok) return { detail: next.detail, rule: next.rule };
  const at = receivedAt ?? sentAt;
  view.put('case', keyOf.case(own, payload.case), {
    own,
    id: payload.case,
    counterpart: payload.from === own ? payload.to : payload.from,
    instrument: payload.instrument,
    state: next.state,
    openedAt: existing?.openedAt ?? at,
    updatedAt: at,
  });
  return undefined;
}

/** The executor's receipt for the opening message starts the treaty's clocks at the initiator too. @param at Unix milliseconds */
export function noteReceived(view: View, message: MessageRow, state: StateRow, at: number): void {
  // Only a message that opened a case gave it its name.
  if (message.caseId !== message.id) return;
  const key = keyOf.case(message.own, message.caseId);
  const existing = view.read('case', key);
  if (!existing) return;
  const next = transition(existing.state, receiptOf(message, state, at));
  if (next.ok && next.state !== existing.state) view.put('case', key, { ...existing, state: next.state });
}

/**
 * Makes a case again from the messages that had effect: one of them was voided or rejected, or a void one was received
 * after all. Both ends then have the same case; it is void while the message that opened it is.
 */
export function rebuildCase(view: View, own: string, caseId: string): void {
  rebuildCases(view, own, [caseId]);
}

/** Several, each once whatever became of its messages; the rows of all of them are loaded together. */
export function rebuildCases(view: View, own: string, caseIds: Iterable<string>): void {
  const ids = [...new Set(caseIds)];
  if (ids.length === 0) return;
  const cases = view.readAll(
    'case',
    ids.map((id) => keyOf.case(own, id)),
  );
  const existing = cases.filter((row) => row !== null);
  const messages = messagesOfCases(
    view,
    own,
    existing.map(({ id }) => id),
  );
  for (const row of existing) {
    const effective = (messages.get(row.id) ?? []).filter(({ state }) => EFFECTIVE.includes(state.status));
    const opening = effective.some(({ message }) => message.id === row.state.requestId);
    const events = opening ? effective.flatMap(({ message, state }) => eventsOf(message, state)) : [];
    const state: CaseState = (opening ? replay(events) : null) ?? voided(row.state);
    view.put('case', keyOf.case(own, row.id), { ...row, state });
  }
}

interface MessageInCase {
  readonly message: MessageRow;
  readonly state: StateRow;
}

/** Of each case, in the order in which they took effect here. */
function messagesOfCases(
  view: View,
  own: string,
  caseIds: readonly string[],
): ReadonlyMap<string, readonly MessageInCase[]> {
  const loaded = view.readAll(
    'caseMessages',
    caseIds.map((id) => keyOf.case(own, id)),
  );
  const wanted = new Set(caseIds);
  const made = [...view.changed('message')].flatMap(([key, row]) =>
    row?.own === own && wanted.has(row.caseId) ? [key] : [],
  );
  const keys = [...new Set([...loaded.flatMap((row) => row?.keys ?? []), ...made])];
  view.need([
    ...keys.map((key) => ({ table: 'message', key }) as const),
    ...keys.map((key) => ({ table: 'state', key }) as const),
  ]);
  const byCase = new Map<string, MessageInCase[]>(caseIds.map((id) => [id, []]));
  for (const key of keys) {
    const [message, state] = [view.read('message', key), view.read('state', key)];
    if (message && state) byCase.get(message.caseId)?.push({ message, state });
  }
  for (const messages of byCase.values())
    messages.sort((one, other) => byEffect(placeOf(one), placeOf(other)));
  return byCase;
}

/** Where a message stands in its case. */
export interface PlaceInCase {
  /** Whether it opened the case, which has its name. */
  readonly opens: boolean;
  /** When it was sent, or judged here: what waited took its effect later than it was stored. Unix milliseconds. */
  readonly at: number;
  readonly ep: number;
  readonly n: number;
}

/** The order in which messages are replayed: as they took effect, the opening message first. */
export function byEffect(one: PlaceInCase, other: PlaceInCase): number {
  return Number(other.opens) - Number(one.opens) || one.at - other.at || one.ep - other.ep || one.n - other.n;
}

function placeOf({ message, state }: MessageInCase): PlaceInCase {
  const { id, caseId, direction, sentAt, createdAt, ep, n } = message;
  const at = direction === 'out' ? sentAt : (state.judgedAt ?? createdAt);
  return { opens: id === caseId, at, ep, n };
}

/** What a message did to its case when it was sent or taken, and its receipt after it. */
function eventsOf(message: MessageRow, state: StateRow): CaseEvent[] {
  if (message.event === null) return [];
  const obligations = obligationsOf(message, state);
  const receivedAt = message.direction === 'in' ? state.storedAt : null;
  const taken = complete(message.event, obligations, receivedAt);
  if (message.direction === 'in' || state.storedAt === null) return [taken];
  return [taken, receiptOf(message, state, state.storedAt)];
}

function receiptOf(message: MessageRow, state: StateRow, at: number): CaseEvent {
  return { kind: 'received', id: message.id, at: instantAt(at), obligations: obligationsOf(message, state) };
}

function obligationsOf(message: MessageRow, state: StateRow): readonly Obligation[] {
  return (state.decision ?? message.decision)?.obligations ?? [];
}

function complete(
  event: EventOfMessage,
  obligations: readonly Obligation[],
  receivedAt: number | null,
): MessageEvent {
  return { ...event, obligations, receivedAt: receivedAt === null ? null : instantAt(receivedAt) };
}
