import type { CaseEvent, CaseState } from './state.js';
import { transition } from './transition.js';

/**
 * What a case is by these events alone, in their order. Where a message turned out to have had no effect at the other
 * end (voided on its way, or rejected), its sender's case is what the others make of it.
 *
 * @returns null where nothing opens it; an event that the ones before it do not allow changes nothing
 */
export function replay(events: readonly CaseEvent[]): CaseState | null {
  let state: CaseState | null = null;
  for (const event of events) {
    const next = transition(state, event);
    if (next.ok) state = next.state;
  }
  return state;
}

/** A case whose opening message had no effect: the other side knows of none, and nothing more is said in it. */
export function voided(state: CaseState): CaseState {
  return { ...state, status: 'void' };
}
