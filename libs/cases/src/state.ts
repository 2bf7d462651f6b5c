import type { Instant } from '#core';
import type { Obligation } from '#policy';
import type { MessageType } from '#treaties';

/**
 * A case is an exchange under one instrument between who opened it (initiator) and who was asked (executor).
 * `exchange`: opened by a message that asks for nothing to be executed (consultation, consent, anything of 2013).
 */
export type CaseKind = 'request' | 'standing-request' | 'spontaneous' | 'exchange';

export const CASE_STATUSES = [
  'open',
  'awaiting-information',
  'awaiting-conditions-answer',
  'awaiting-confidentiality-answer',
  'postponed',
  'forwarded',
  'answered',
  'refused',
  'withdrawn',
  'lapsed',
  'void',
] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

export const CLOSED_STATUSES: readonly CaseStatus[] = [
  'forwarded',
  'answered',
  'refused',
  'withdrawn',
  'lapsed',
  'void',
];

export type Duty = 'confirm-in-writing' | 'execute' | 'answer';

/**
 * Plain JSON. It records facts of either side and derives the status from them, so that messages that cross on
 * their way leave both ends in the same state whichever comes first.
 */
export interface CaseState {
  readonly instrument: string;
  readonly kind: CaseKind;
  readonly initiator: string;
  readonly executor: string;
  readonly status: CaseStatus;
  /** Id of the message that opened the case. */
  readonly requestId: string;
  readonly sentAt: Instant;
  /** When the executor had it; null on the initiator's side until its receipt. */
  readonly receivedAt: Instant | null;
  readonly deadline: Instant | null;
  readonly confirmed: boolean;
  readonly confirmBy: Instant | null;
  readonly confidentialityAsked: boolean;
  /** Duties that were not done by their time. */
  readonly overdue: readonly Duty[];
  /** How many messages of each type there were. */
  readonly counts: Readonly<Partial<Record<MessageType, number>>>;
  /** The executor gave its final result, or refused in full. */
  readonly final: boolean;
  readonly refusedInFull: boolean;
  /** From when on one of the two is bound no more, and nothing more is owed; absent: both are. */
  readonly lapsedAt?: Instant;
}

export type CaseEvent =
  | {
      readonly kind: 'message';
      /** `out`: we are about to send it, and nothing we know of may stand against it; `in`: it may have crossed with ours. */
      readonly direction: 'out' | 'in';
      readonly id: string;
      readonly type: MessageType;
      readonly instrument: string;
      readonly from: string;
      readonly to: string;
      readonly sentAt: Instant;
      /** null on the sender's side, where the receipt brings it later. */
      readonly receivedAt: Instant | null;
      /** Of a request: until when execution is asked for. */
      readonly deadline: Instant | null;
      /** Of a request: its fact and content are to be kept confidential. */
      readonly confidential: boolean;
      /** Of a result `partial` or `final`, of a refusal `partial` or `full`. */
      readonly extent: 'partial' | 'final' | 'full' | null;
      /** Of a conditions-answer or confidentiality-answer: whether the initiator goes on. Absent: it does. */
      readonly agreed?: boolean;
      /** What `decide` obliges to. */
      readonly obligations: readonly Obligation[];
      /** Of a forwarded request that opens a case with the body it is passed to: who asked. */
      readonly initiator?: string;
    }
  /** The executor's receipt for the opening message; obligations of a decision taken at that instant. */
  | {
      readonly kind: 'received';
      readonly id: string;
      readonly at: Instant;
      readonly obligations: readonly Obligation[];
    }
  | { readonly kind: 'clock-ran-out'; readonly duty: Duty; readonly at: Instant }
  /** By the register: the first instant at which the instrument does not bind both any more. The same at both ends. */
  | { readonly kind: 'left'; readonly at: Instant };

export type MessageEvent = Extract<CaseEvent, { kind: 'message' }>;

export type CaseEffect =
  /** Start this clock, or set it again. */
  | { readonly kind: 'clock'; readonly duty: Duty; readonly by: Instant; readonly rule: string }
  | { readonly kind: 'clock-stopped'; readonly duty: Duty }
  /** Both sides are notified. */
  | { readonly kind: 'overdue'; readonly duty: Duty; readonly rule: string }
  | { readonly kind: 'closed'; readonly status: CaseStatus };

export type Transition =
  | { readonly ok: true; readonly state: CaseState; readonly effects: readonly CaseEffect[] }
  | { readonly ok: false; readonly code: 'CASE_TRANSITION'; readonly detail: string; readonly rule?: string };
