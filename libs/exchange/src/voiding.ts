import type { ErrorCode } from '#core';
import { rebuildCase } from './cases.js';
import { appendLeaf, noteInternally } from './log.js';
import { judge, obstacleIn } from './judge.js';
import { type Circumstances, instantAt, pairOf } from './settlement.js';
import { keyOf } from './keys.js';
import type { MessageRow, StateRow } from './tables.js';
import { readable } from './verdict.js';
import type { View } from './view.js';
import { officerRoles } from './waiting.js';
import type { Payload } from '#envelope';

interface Reason {
  readonly code: Extract<ErrorCode, 'ENVELOPE_EXPIRED' | 'POLICY_DENIED' | 'KEY_FILE'>;
  readonly rule: string | null;
  readonly detail: string;
}

/**
 * A message that has its number but must no longer be sent: it expired, or the register as it is now does not allow it. Its
 * number is voided by a signed statement, so that the other side does not wait for it.
 *
 * @returns whether it is void; what was received cannot be
 */
export function voidIfRefused(
  view: View,
  circumstances: Circumstances,
  key: string,
  isUnsealable = false,
): boolean {
  const message = view.read('message', key);
  const state = view.read('state', key);
  if (message?.direction !== 'out' || !state) return false;
  if (state.status === 'void') return true;
  if (state.status !== 'queued' && state.status !== 'sent') return false;
  const reason = isUnsealable ? UNSEALABLE : whyRefused(view, circumstances, key, message, state);
  if (!reason) return false;
  voidNumber(view, circumstances, key, message, state, reason);
  return true;
}

const UNSEALABLE: Reason = {
  code: 'KEY_FILE',
  rule: null,
  detail: 'the seal that it was prepared for is not in the configuration any more',
};

function whyRefused(
  view: View,
  { at, basis, registerMark }: Circumstances,
  key: string,
  message: MessageRow,
  state: StateRow,
): Reason | undefined {
  if (message.expiresAt <= at)
    return { code: 'ENVELOPE_EXPIRED', rule: null, detail: 'it expired before it was received' };
  if (state.registerMark === registerMark) return undefined;
  const content = view.read('content', key);
  const read = content && readable(JSON.parse(content.payload.toString('utf8')) as Payload);
  if (!read || 'kind' in read)
    return { code: 'POLICY_DENIED', rule: null, detail: 'it cannot be read on the rules as they are now' };
  const existing = view.read('case', keyOf.case(message.own, message.caseId));
  // The state that it was decided on: none, where it was the one to open the case.
  const before = existing && existing.state.requestId !== message.id ? existing.state : null;
  const decision = judge(basis, { ...read, officers: officerRoles(content) }, instantAt(at), before);
  if (decision.outcome === 'permit') {
    view.put('state', key, { ...state, registerMark });
    return undefined;
  }
  const rule = obstacleIn(decision)?.rule ?? null;
  return { code: 'POLICY_DENIED', rule, detail: `${decision.outcome} on the register as it is now` };
}

function voidNumber(
  view: View,
  circumstances: Circumstances,
  key: string,
  message: MessageRow,
  state: StateRow,
  { code, rule, detail }: Reason,
): void {
  const { own, peer, ep, n, D, id } = message;
  const { at } = circumstances;
  const rejection = { code, detail, ...(rule !== null && { rule }) };
  view.put('state', key, { ...state, status: 'void', rejection });
  view.remove('outbox', key);
  rebuildCase(view, own, message.caseId);
  tellVoid(view, message, code, at);
  const pair = pairOf(view, circumstances, own, peer);
  // A log belongs to one epoch; a number of an ended one is told by the statement alone.
  if (ep === pair.outEp)
    appendLeaf(view, circumstances, pair, { kind: 'voided', D, id, ep, n, at: instantAt(at) });
  noteInternally(view, circumstances, own, 'voided', { D, code, rule });
}

/** The statement for a number that was voided, also where it is asked for again. @param reason a code */
export function tellVoid(view: View, { own, peer, ep, n, D }: MessageRow, reason: string, at: number): void {
  view.put('outbox', keyOf.statement(own, peer, 'valise-void+jws', `${ep} ${n}`), {
    kind: 'statement',
    own,
    peer,
    typ: 'valise-void+jws',
    content: { from: own, to: peer, ep, n, D, reason, at: instantAt(at) },
    dueAt: at,
  });
}
