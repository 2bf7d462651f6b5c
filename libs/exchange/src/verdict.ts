import type { ErrorCode } from '#core';
import type { Payload } from '#envelope';
import type { Decision } from '#policy';
import { HOUSE } from '#treaties';
import { advanceCase, eventOf, type EventOfMessage } from './cases.js';
import { type Body, bodySchema, type MessageType, typeOf } from './body.js';
import { judge, obstacleIn } from './judge.js';
import { type Circumstances, instantAt } from './settlement.js';
import { keyOf } from './keys.js';
import type { CaseRow, DecisionRow, Rejection } from './tables.js';
import type { View } from './view.js';

export type Verdict =
  /** `decision` is null of what was decided before. */
  | { readonly kind: 'accepted'; readonly decision: Decision | null }
  | {
      readonly kind: 'rejected';
      readonly code: ErrorCode;
      readonly rule: string | undefined;
      readonly detail: string;
      /** Null of what was not decided. */
      readonly decision: Decision | null;
    };
export type Rejecting = Extract<Verdict, { kind: 'rejected' }>;

/** A message that can be read: its type and body are known here. */
export interface Readable {
  readonly payload: Payload;
  readonly body: Body;
  readonly type: MessageType;
}

export function readable(payload: Payload): Readable | Rejecting {
  const type = typeOf(payload.act);
  if (type === undefined) return rejecting('ENVELOPE_VERSION', `the act ${payload.act} is not known here`);
  const parsed = bodySchema.safeParse(payload.body);
  if (parsed.success) return { payload, body: parsed.data, type };
  const [issue] = parsed.error.issues;
  return rejecting(
    'ENVELOPE_FORMAT',
    `body.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
  );
}

/**
 * The verdict on a message that is authentic and in its place: is it of this case, permissible now, and next in it? If so
 * the case is taken on.
 *
 * @param read.sentAt read.receivedAt Unix milliseconds; the treaties' times are counted from these, at both ends
 */
export function verdictOn(
  view: View,
  circumstances: Circumstances,
  read: Readable & {
    readonly officers: readonly string[];
    readonly sentAt: number;
    readonly receivedAt: number;
  },
): Verdict {
  const { payload, sentAt, receivedAt } = read;
  const own = payload.to;
  const existing = view.read('case', keyOf.case(own, payload.case));
  // A case has the name of the message that opened it, so that both ends know it by the same one.
  if (!existing && payload.case !== payload.id)
    return rejecting('CASE_TRANSITION', `there is no case ${payload.case}`, HOUSE.procedure.cite);
  const unbound = whyUnbound(view, payload, existing);
  if (unbound !== undefined) return rejecting('ENVELOPE_BINDING', unbound);
  const decision = judge(circumstances.basis, read, instantAt(circumstances.at), existing?.state ?? null);
  if (decision.outcome !== 'permit') {
    const obstacle = obstacleIn(decision);
    const detail = `${decision.outcome}: ${obstacle?.text.en ?? 'no rule allows it'}`;
    return { ...rejecting('ENVELOPE_POLICY', detail, obstacle?.rule), decision };
  }
  const event = eventOf(own, payload, read.body, read.type, sentAt);
  const { obligations } = decision;
  const refusal = advanceCase(view, own, payload, existing, { event, obligations, sentAt, receivedAt });
  if (refusal === undefined) return { kind: 'accepted', decision };
  return { ...rejecting('CASE_TRANSITION', refusal.detail, refusal.rule ?? HOUSE.procedure.cite), decision };
}

/** `case` and `re` must be ones in which the sender takes part. */
function whyUnbound(view: View, payload: Payload, existing: CaseRow | null): string | undefined {
  const { to: own, from: peer, case: caseId, re } = payload;
  if (existing && existing.counterpart !== peer) return `the case ${caseId} is not one of ${peer}`;
  if (re === undefined) return undefined;
  const places = view.readAll('identifier', [
    keyOf.identifier(own, peer, 'in', re),
    keyOf.identifier(own, peer, 'out', re),
  ]);
  const answered = view.readAll(
    'message',
    places.flatMap((place) => place?.key ?? []),
  );
  return answered.some((message) => message?.caseId === caseId)
    ? undefined
    : `it answers ${re}, which is not a message of the case`;
}

export function rejecting(code: ErrorCode, detail: string, rule?: string): Rejecting {
  return { kind: 'rejected', code, detail, rule, decision: null };
}

/** A decision as it is kept: the texts of its rules are the law's, and are looked up there. */
export function decisionRow(decision: Decision): DecisionRow {
  const { outcome, findings, obligations } = decision;
  return { outcome, rules: findings.map(({ rule, effect }) => ({ rule, effect })), obligations };
}

/** The longest reason that is kept; it may repeat the sender's words. */
const DETAIL_LENGTH_MAX = 2_000;

export function rejectionRow({ code, rule, detail }: Rejecting): Rejection {
  return { code, detail: storable(detail), ...(rule !== undefined && { rule }) };
}

/**
 * The sender's words as a database can keep them: text takes no zero character, JSON no lone surrogate, and what cannot be
 * kept would block the queue that it came from.
 */
export function storable(text: string): string {
  return text.slice(0, DETAIL_LENGTH_MAX).toWellFormed().replaceAll('\0', '\uFFFD');
}

export type { EventOfMessage };
