import type { MessageType } from '#treaties';
import { type CaseEvent, type CaseState, type MessageEvent, transition } from '../src/index.js';

export const [INITIATOR, EXECUTOR] = ['kz-knb', 'by-mvd'] as const;
export type Side = typeof INITIATOR | typeof EXECUTOR;

/** A message from one side to the other under the agreement of 2018, which reached its recipient. */
export function message(type: MessageType, from: Side, more: Partial<MessageEvent> = {}): MessageEvent {
  return {
    kind: 'message',
    direction: 'in',
    id: `${type}-1`,
    type,
    instrument: 'cis-it-crime-2018',
    from,
    to: from === INITIATOR ? EXECUTOR : INITIATOR,
    sentAt: '2026-03-02T08:00:00Z',
    receivedAt: '2026-03-02T08:00:05Z',
    deadline: null,
    confidential: false,
    extent: null,
    obligations: [],
    ...more,
  };
}

/** An urgent request, which is to be confirmed in writing within 72 hours of its sending. */
export const urgent = message('request', INITIATOR, {
  obligations: [{ do: 'confirm-in-writing', by: '2026-03-05T08:00:05Z', rule: 'cis-it-crime-2018#6.2.1' }],
});

/** The case that these events make, each of which has to be allowed, of none or of the one given. */
export function run(events: readonly CaseEvent[], from: CaseState | null = null): CaseState {
  let state = from;
  for (const event of events) {
    const next = transition(state, event);
    if (!next.ok) throw new Error(next.detail);
    state = next.state;
  }
  if (state === null) throw new Error('no case');
  return state;
}
