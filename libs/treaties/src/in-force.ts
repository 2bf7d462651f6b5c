import { addMonths, DAY_MS, startOfDay } from './days.js';
import type { Instrument } from './instrument.js';
import type { Provision } from './operations.js';
import type { DepositaryEvent } from './register.js';

/** One stay of a state under an instrument: bound from `start`, out from `end` (Unix milliseconds). */
export interface Stay {
  readonly start: number;
  readonly end: number;
  /** What bound it: entry into force or accession; cited while it holds and before it begins. */
  readonly rule: Provision;
}

/** Who is bound by one instrument and when, computed once from the depositary's events. */
export interface Force {
  readonly instrument: Instrument;
  readonly stays: ReadonlyMap<string, readonly Stay[]>;
  /** The first instant at which the instrument is in force for anybody. */
  readonly since: number;
  /** The instant at which it ends for all, with the treaty that it hangs on. */
  readonly ends: number;
}

/**
 * Events in, stays out, by the instrument's own rule (MATRIX section 1); events may come in any order.
 * "After 30 days" from a document received on day D means bound from 00:00 UTC of D+30.
 */
export function computeForce(instrument: Instrument, events: readonly DepositaryEvent[]): Force {
  const { openTo, entry } = instrument.binding;
  const own = events.filter((event) => event.instrument === instrument.id);
  const ofStates = new Map(openTo.map((state) => [state, own.filter((event) => event.state === state)]));
  const deciding = decidingNotification(entry.notifications, [...ofStates.values()]);
  const since = deciding + entry.days * DAY_MS;
  const stays = new Map<string, Stay[]>();
  for (const [state, ofState] of ofStates) stays.set(state, staysOf(instrument, ofState, deciding, since));
  return { instrument, stays, since, ends: endOf(instrument, events) };
}

/** The day on which the depositary had the notification that brings the instrument into force, or never. */
function decidingNotification(notifications: number, ofStates: readonly DepositaryEvent[][]): number {
  const first = ofStates.map((ofState) =>
    Math.min(...ofState.filter((event) => event.event === 'notified').map((event) => startOfDay(event.on))),
  );
  return first.sort((a, b) => a - b)[notifications - 1] ?? Infinity;
}

function staysOf(
  instrument: Instrument,
  ofState: readonly DepositaryEvent[],
  deciding: number,
  since: number,
): Stay[] {
  const { entry, accession } = instrument.binding;
  const leaving = ofState
    .filter((event) => event.event === 'withdrawal-notified')
    .map((event) => ({ noticed: startOfDay(event.on), end: leavingDay(instrument, event) }));
  const stays: Stay[] = [];
  for (const event of ofState) {
    const received = startOfDay(event.on);
    let start: number;
    let rule: Provision;
    if (event.event === 'notified') {
      start = Math.max(received, deciding) + entry.days * DAY_MS;
      rule = entry.rule;
    } else if (event.event === 'acceded' && accession !== null) {
      // Open to accession only once in force: a document received before then binds nobody.
      start = received >= since || entry.notifications === 1 ? received + accession.days * DAY_MS : Infinity;
      rule = accession.rule;
    } else continue;
    const ends = leaving.filter((notice) => notice.noticed >= received).map((notice) => notice.end);
    stays.push({ start, end: Math.min(Infinity, ...ends), rule });
  }
  return stays.sort((a, b) => a.start - b.start || (a.rule.cite < b.rule.cite ? -1 : 1));
}

/** The day a leaving state is out. A date named too early is moved to the end of the notice period (I). */
function leavingDay(instrument: Instrument, event: DepositaryEvent): number {
  const { months, stateNamesDate } = instrument.binding.withdrawal;
  const earliest = addMonths(startOfDay(event.on), months);
  const named = stateNamesDate ? (event.leavesOn ?? null) : null;
  return named === null ? earliest : Math.max(earliest, startOfDay(named));
}

function endOf(instrument: Instrument, events: readonly DepositaryEvent[]): number {
  const hangsOn = instrument.binding.lastsAsLongAs?.instrument;
  const ends = events
    .filter((event) => event.event === 'terminated')
    .filter((event) => event.instrument === instrument.id || event.instrument === hangsOn)
    .map((event) => startOfDay(event.on));
  return Math.min(Infinity, ...ends);
}

export interface Bound {
  readonly bound: boolean;
  readonly rule: Provision;
}

/** Whether a state is bound at an instant (Unix milliseconds), and by which article it is or is not. */
export function boundAt(force: Force, state: string, at: number): Bound {
  const { binding } = force.instrument;
  if (at >= force.ends) return { bound: false, rule: binding.lastsAsLongAs?.rule ?? binding.withdrawal.rule };
  const stays = force.stays.get(state);
  const stay = stays?.find(({ start, end }) => start <= at && at < end);
  if (stay !== undefined) return { bound: true, rule: stay.rule };
  if (stays?.some(({ end }) => end <= at)) return { bound: false, rule: binding.withdrawal.rule };
  return { bound: false, rule: stays?.[0]?.rule ?? binding.entry.rule };
}
