import type { Authority, Register } from '#treaties';
import { LAW, LEVELS_LOW_TO_HIGH, SECRECY, type InstrumentId } from './law.js';

/** What the register says on a day, found by reading all of it every time. Days are UTC, an `until` day is included. */

/** Half a million cases lie on a few days: each is worked out once. */
const known = new Map<string, string>();
function dayAt(instant: string, daysBefore: number): string {
  const key = `${instant} ${daysBefore}`;
  let day = known.get(key);
  if (day === undefined) {
    day = new Date(Date.parse(instant) - daysBefore * 86_400_000).toISOString().slice(0, 10);
    known.set(key, day);
  }
  return day;
}

export const dayOf = (at: string): string => dayAt(at, 0);

export const rank = (level: string): number => (LEVELS_LOW_TO_HIGH as readonly string[]).indexOf(level);

function holds(term: { from: string; until: string | null }, day: string): boolean {
  return term.from <= day && (term.until === null || day <= term.until);
}

const daysBefore = (day: string, days: number): string => dayAt(`${day}T00:00:00Z`, days);

/** The same day of the sixth month after, or its last day where it has no such day. */
function sixMonthsAfter(day: string): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + 6, 0)).getUTCDate();
  return new Date(Date.UTC(year, month + 5, Math.min(date, last))).toISOString().slice(0, 10);
}

type Event = Register['events'][number];

/** Out six months after the notice; or on the day that the state names, which is no sooner. */
function leavingDay(id: InstrumentId, { on, leavesOn }: Event): string {
  const soonest = sixMonthsAfter(on);
  if (LAW[id].leaves === 'after-six-months' || typeof leavesOn !== 'string') return soonest;
  return leavesOn > soonest ? leavesOn : soonest;
}

/** The days on which it ends as a whole, or what it lasts as long as. */
function endings(register: Register, id: InstrumentId): string[] {
  const whole = [id, LAW[id].endsWith];
  return register.events.flatMap(({ event, instrument, on }) =>
    event === 'terminated' && whole.includes(instrument) ? [on] : [],
  );
}

/** Section 1: is the state bound by one of the four instruments on that day? */
export function isParty(register: Register, id: InstrumentId, state: string, day: string): boolean {
  const row = LAW[id];
  if (!row.open.includes(state)) return false;
  const events = register.events.filter(({ instrument }) => instrument === id);
  if (endings(register, id).some((on) => on <= day)) return false;
  const notified = events.filter(
    (event) => event.event === 'notified' && row.open.includes(event.state ?? ''),
  );
  const entry = notified.map(({ on }) => on).sort()[row.notifications - 1];
  if (entry === undefined) return false;
  const begins = (on: string): string => daysBefore(on > entry ? on : entry, -row.days);
  const own = events.filter((event) => event.state === state);
  return own.some(({ event, on }) => {
    // Open to accession once it is in force, and not before.
    const accedes = row.accession && event === 'acceded' && on >= begins(entry);
    if ((event !== 'notified' && !accedes) || begins(on) > day) return false;
    const left = own.filter((one) => one.event === 'withdrawal-notified' && one.on >= on);
    return !left.some((notice) => leavingDay(id, notice) <= day);
  });
}

/**
 * Were both bound on one and the same day, now or before? Only then can anything have been given that is still to be kept
 * after one of them left. What binds begins on a day that some event and the days of its instrument make.
 */
export function everBoundTogether(
  register: Register,
  id: InstrumentId,
  states: readonly string[],
  day: string,
): boolean {
  const begins = register.events
    .filter(({ instrument }) => instrument === id)
    .map(({ on }) => daysBefore(on, -LAW[id].days));
  return [...begins, day].some(
    (then) => then <= day && states.every((state) => isParty(register, id, state, then)),
  );
}

/** The last day before that one on which the state was bound: the day before one on which it left. */
export function lastBound(register: Register, id: InstrumentId, state: string, day: string): string | null {
  const lefts = register.events
    .filter(
      (event) => event.instrument === id && event.state === state && event.event === 'withdrawal-notified',
    )
    .map((event) => leavingDay(id, event));
  const lasts = [...lefts, ...endings(register, id)].map((left) => daysBefore(left, 1));
  return (
    lasts
      .filter((last) => last < day && isParty(register, id, state, last))
      .sort()
      .at(-1) ?? null
  );
}

export const entriesOf = (register: Register, id: string): Authority[] =>
  register.authorities.filter((authority) => authority.id === id);

/** Section 2: on the list of that instrument on that day. */
export function isListed(register: Register, instrument: string, id: string, day: string): boolean {
  return entriesOf(register, id).some((entry) => entry.instruments.includes(instrument) && holds(entry, day));
}

export const isOrgan = (register: Register, id: string): boolean =>
  entriesOf(register, id).some(({ organ }) => organ === true);

/** The state of an authority that any list knows, now or once: an expired listing moves nobody to another state. */
export const stateOf = (register: Register, id: string): string | null =>
  entriesOf(register, id).find(({ state }) => state)?.state ?? null;

/** Those of the register's own agreements of that kind that bind both states that day. */
export function registered(
  register: Register,
  kind: string,
  states: readonly (string | null)[],
  day: string,
): string[] {
  return (register.agreements ?? [])
    .filter((agreement) => agreement.kind === kind && holds(agreement, day))
    .filter(({ between }) => states.every((state) => state !== null && between.includes(state)))
    .map(({ id }) => id);
}

/** The listed authority that it is a unit of, both being listed that day. */
export function authorityOver(register: Register, id: string, day: string): string | null {
  const entry = entriesOf(register, id).find((one) => holds(one, day) && typeof one.unitOf === 'string');
  const over = entry?.unitOf ?? null;
  return over !== null && entriesOf(register, over).some((one) => holds(one, day)) ? over : null;
}

/** A unit and its own authority are no third parties to each other. */
export function oneBody(register: Register, one: string, other: string, day: string): boolean {
  return one === other || whole(register, one, day) === whole(register, other, day);
}

function whole(register: Register, id: string, day: string): string {
  const above = new Set([id]);
  let top = id;
  for (;;) {
    const over = authorityOver(register, top, day);
    // Two that name each other as their authority: the first by name stands for both.
    if (over === null) return top;
    if (above.has(over)) return [...above].sort()[0] ?? id;
    above.add(over);
    top = over;
  }
}

/**
 * Section 1: who consents for an authority that day. One that is on no list any more is spoken for by whom its last entry names, if that one
 * is of its state and was listed by then, and he by his own successor when he is gone.
 */
export function consenter(
  register: Register,
  id: string,
  day: string,
  asked: readonly string[] = [],
): string {
  // Two that succeed each other speak for nobody but themselves.
  if (asked.includes(id)) return asked[0] ?? id;
  const entries = entriesOf(register, id);
  if (entries.some((one) => holds(one, day))) return id;
  const ends = entries.flatMap(({ until }) => (until !== null && until < day ? [until] : []));
  const latest = ends.sort().at(-1);
  const last = entries.filter(
    ({ until, succeededBy }) => until === latest && typeof succeededBy === 'string',
  );
  const named = [...new Set(last.map(({ succeededBy }) => succeededBy ?? ''))];
  const [successor] = named;
  if (latest === undefined || successor === undefined || named.length > 1) return id;
  const known = entriesOf(register, successor).some(
    (one) => one.from <= day && (one.state ?? null) === (last[0]?.state ?? null),
  );
  return known ? consenter(register, successor, day, [...asked, id]) : id;
}

/** Section 2: a listed unit, by its own entry or by its kind. */
export function isUnit(register: Register, instrument: string, id: string, day: string): boolean {
  return entriesOf(register, id).some(
    (entry) =>
      entry.instruments.includes(instrument) &&
      holds(entry, day) &&
      (typeof entry.unitOf === 'string' || entry.kind === 'central-specialised-unit'),
  );
}

export const isCentralUnit = (register: Register, instrument: string, id: string, day: string): boolean =>
  entriesOf(register, id).some(
    (entry) =>
      entry.instruments.includes(instrument) &&
      holds(entry, day) &&
      entry.kind === 'central-specialised-unit',
  );

/** Section 4: the arrangements of the two on the technical channel. */
export function arrangements(
  register: Register,
  instrument: string,
  pair: readonly [string, string],
  day: string,
): Register['arrangements'] {
  return register.arrangements.filter(
    (one) => one.instrument === instrument && holds(one, day) && pair.every((id) => one.between.includes(id)),
  );
}

/** Section 7: every secrecy agreement that binds both; with a CIS organ only that of 2013 counts. */
export function agreementsBinding(register: Register, one: string, other: string, day: string): string[] {
  const notified = (agreement: string, state: string): boolean => {
    const events = register.events.filter((event) => event.instrument === agreement && event.state === state);
    const left = events.find(({ event }) => event === 'withdrawal-notified');
    if (left !== undefined && (left.leavesOn ?? sixMonthsAfter(left.on)) <= day) return false;
    return events.some(({ event, on }) => event === 'notified' && on <= day);
  };
  const states = [stateOf(register, one), stateOf(register, other)];
  const organs = [isOrgan(register, one), isOrgan(register, other)];
  if (organs.includes(true)) {
    const state = states.find((found) => found !== null);
    return state && notified('cis-secrets-2013', state) ? ['cis-secrets-2013'] : [];
  }
  const [a, b] = states;
  if (!a || !b) return [];
  const multilateral = SECRECY.filter((agreement) => notified(agreement, a) && notified(agreement, b));
  return [...multilateral, ...registered(register, 'secrecy', [a, b], day)];
}

export function isCleared(
  register: Register,
  id: string,
  agreement: string,
  level: string,
  day: string,
): boolean {
  return entriesOf(register, id)
    .filter((entry) => holds(entry, day))
    .some(({ clearance }) => {
      const upTo = clearance[agreement];
      return upTo !== undefined && rank(upTo) >= rank(level);
    });
}

export function isAccredited(
  register: Register,
  pair: readonly [string, string],
  under: string,
  level: string,
  day: string,
): boolean {
  return register.channels.some(
    (channel) =>
      channel.under === under &&
      pair.every((id) => channel.between.includes(id)) &&
      rank(channel.upTo) >= rank(level) &&
      holds(channel, day),
  );
}
