import { ValiseError } from '#core';
import { DAY_MS, type DepositaryEvent, instrumentOf } from '#treaties';

/**
 * A depositary records what it is depositary of, and only what the instrument knows: an event that could bind
 * nobody is a mistake of writing, and what is written stays.
 *
 * @param path where the event stands in the request, for the answer
 * @throws ValiseError INPUT_INVALID, with the article where one speaks against it
 */
export function requireRecordable(
  event: DepositaryEvent,
  { organisation, path, now }: { organisation: string; path: string; now: Date },
): void {
  const { instrument: id, state, on } = event;
  const refuse = (field: string, why: string, rule?: string): never => {
    const at = `${path}.${field}`;
    throw new ValiseError('INPUT_INVALID', `${at}: ${why}`, { path: at, ...(rule && { rule }) });
  };
  const instrument = instrumentOf(id);
  if (!instrument) return refuse('instrument', `${id} is not an instrument of this register`);
  if (instrument.organisation !== organisation)
    return refuse('instrument', `${id} is kept by the depositary of the ${instrument.organisation}`);
  const { openTo, entry, accession, withdrawal } = instrument.binding;
  if (state !== null && !openTo.includes(state))
    return refuse('state', `${id} is not open to ${state}`, (accession ?? entry).rule.cite);
  if (event.event === 'acceded' && !accession) return refuse('event', `${id} knows no accession`);
  if (event.leavesOn && (event.event !== 'withdrawal-notified' || !withdrawal.stateNamesDate))
    return refuse('leavesOn', `under ${id} no date of leaving is named here`, withdrawal.rule.cite);
  // The office's day may be ahead of UTC's, by less than one.
  if (Date.parse(on) > now.getTime() + DAY_MS)
    return refuse('on', `nothing can have been received on ${on} yet`);
}
