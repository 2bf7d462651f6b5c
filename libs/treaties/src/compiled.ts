import { LAW, type Law } from './catalogue.js';
import { endOfUntil, startOfDay } from './days.js';
import type { House } from './house.js';
import { boundAt, computeForce, type Bound, type Force } from './in-force.js';
import type { Instrument } from './instrument.js';
import type { Authority, Register } from './register.js';
import { levelRank, type AgreementKind, type AuthorityKind } from './vocabulary.js';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** An entry of a list, dates as Unix milliseconds. */
export interface Entry extends Span {
  readonly id: string;
  /** undefined: an organ. */
  readonly state: string | undefined;
  readonly kind: AuthorityKind;
  readonly instruments: ReadonlySet<string>;
  readonly timeZone: string;
  /** The authority that it is a unit of. */
  readonly unitOf: string | undefined;
  /** The authority that consents for it when it is listed no more. */
  readonly succeededBy: string | undefined;
  /** Level ranks by secrecy agreement. */
  readonly clearance: ReadonlyMap<string, number>;
}

interface ArrangementSpan extends Span {
  readonly electronicForm: boolean;
}

interface ChannelSpan extends Span {
  readonly upTo: number;
}

interface AgreementSpan extends Span {
  readonly kind: AgreementKind;
  readonly states: ReadonlySet<string | undefined>;
}

/** By instrument or agreement, then by the one and the other authority: look-ups without making strings. */
type Pairs<T> = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, readonly T[]>>>;

/** One version of an instrument, and whom it binds when. */
interface Version extends Span {
  readonly instrument: Instrument;
  readonly force: Force;
}

/** A register made ready for many decisions: everything is a look-up by id, every date a number. */
export interface CompiledRegister {
  /** By instrument, its versions from the oldest to the newest. */
  readonly versions: ReadonlyMap<string, readonly Version[]>;
  readonly house: House;
  readonly authorities: ReadonlyMap<string, readonly Entry[]>;
  readonly arrangements: Pairs<ArrangementSpan>;
  /** Further agreements, by id; one that was renewed has several spans. */
  readonly agreements: ReadonlyMap<string, readonly AgreementSpan[]>;
  readonly channels: Pairs<ChannelSpan>;
  /** Those of `secrecy` that are instruments themselves: their events say whom they bind. */
  readonly namedSecrecy: ReadonlySet<string>;
  /** Every secrecy agreement there is: the three of the instruments and those that the register names. */
  readonly secrecy: readonly string[];
}

/**
 * @param register validated by `registerSchema`; the order of its lists does not matter
 * @param law what the instruments say; another one than ours is for trials of the law itself
 */
export function compileRegister(register: Register, law: Law = LAW): CompiledRegister {
  const agreements = new Map<string, AgreementSpan[]>();
  const secrecy = new Set(law.secrecyAgreements);
  for (const { id, kind, between, ...dates } of register.agreements ?? []) {
    append(agreements, id, { ...spanOf(dates), kind, states: new Set<string | undefined>(between) });
    if (kind === 'secrecy') secrecy.add(id);
  }
  const arrangements = new Map<string, Map<string, Map<string, ArrangementSpan[]>>>();
  for (const { instrument, between, ...rest } of register.arrangements) {
    const span = { ...spanOf(rest), electronicForm: rest.electronicForm ?? false };
    appendPair(arrangements, instrument, between, span);
  }
  const channels = new Map<string, Map<string, Map<string, ChannelSpan[]>>>();
  for (const { under, between, upTo, ...rest } of register.channels) {
    const span = { ...spanOf(rest), upTo: levelRank(upTo) };
    appendPair(channels, under, between, span);
  }
  const authorities = new Map<string, Entry[]>();
  // Sorted by content, so that the order of the register's lists cannot decide between overlapping entries.
  for (const authority of sortedByContent(register.authorities))
    append(authorities, authority.id, entryOf(authority));
  for (const entries of authorities.values()) entries.sort((a, b) => b.start - a.start || b.end - a.end);
  return {
    versions: versionsOf(law.instruments, register),
    house: law.house,
    authorities,
    arrangements,
    agreements,
    channels,
    namedSecrecy: new Set(law.secrecyAgreements),
    secrecy: [...secrecy].sort(),
  };
}

/** Is one state bound by an instrument? undefined: no instrument with rules of entry that we know. */
export function inForce(
  register: CompiledRegister,
  instrument: string,
  state: string,
  at: number,
): Bound | undefined {
  const force = forceAt(register, instrument, at);
  return force === undefined ? undefined : boundAt(force, state, at);
}

/**
 * The version of an instrument that is the law at an instant; undefined: no such instrument, or none any more. Before
 * its first version it binds nobody, and that one tells why.
 */
export function instrumentAt(register: CompiledRegister, id: string, at: number): Instrument | undefined {
  return versionAt(register, id, at)?.instrument;
}

/** Who is bound by the version of an instrument that is the law at an instant. */
export function forceAt(register: CompiledRegister, id: string, at: number): Force | undefined {
  return versionAt(register, id, at)?.force;
}

function versionAt(register: CompiledRegister, id: string, at: number): Version | undefined {
  const versions = register.versions.get(id);
  const version = versions?.findLast(({ start }) => start <= at) ?? versions?.[0];
  return version !== undefined && at < version.end ? version : undefined;
}

function versionsOf(instruments: readonly Instrument[], register: Register): Map<string, Version[]> {
  const versions = new Map<string, Version[]>();
  for (const instrument of instruments) {
    const force = computeForce(instrument, register.events);
    append(versions, instrument.id, { ...spanOf(instrument.version), instrument, force });
  }
  for (const ofOne of versions.values()) ofOne.sort((a, b) => a.start - b.start);
  return versions;
}

/** Are two states bound to each other? A superseded instrument is not in force between parties to its successor. */
export function inForceBetween(
  register: CompiledRegister,
  instrument: string,
  a: string,
  b: string,
  at: number,
): Bound | undefined {
  const force = forceAt(register, instrument, at);
  if (force === undefined) return undefined;
  const ofA = boundAt(force, a, at);
  if (!ofA.bound) return ofA;
  const ofB = boundAt(force, b, at);
  if (!ofB.bound) return ofB;
  const replaced = force.instrument.binding.replacedBy;
  if (replaced !== null && a !== b && wereBoundTogether(register, replaced.instrument, a, b, at)) {
    return { bound: false, rule: replaced.rule };
  }
  return ofA;
}

/** Up to an instant, at any time: what a successor has ended between two states does not begin again when one leaves it. */
export function wereBoundTogether(
  register: CompiledRegister,
  instrument: string,
  a: string,
  b: string,
  at: number,
): boolean {
  const force = forceAt(register, instrument, at);
  if (force === undefined) return false;
  const [stays, others] = [force.stays.get(a), force.stays.get(b)];
  if (stays === undefined || others === undefined) return false;
  return stays.some((ofA) =>
    others.some((ofB) => {
      const start = Math.max(ofA.start, ofB.start);
      return start <= at && start < Math.min(ofA.end, ofB.end, force.ends);
    }),
  );
}

/** The last instant before another at which a state was bound; undefined: it never was. */
export function lastBound(
  register: CompiledRegister,
  instrument: string,
  state: string,
  at: number,
): number | undefined {
  const force = forceAt(register, instrument, at);
  if (force === undefined) return undefined;
  const over = force.stays
    .get(state)
    ?.map(({ start, end }) => ({ start, end: Math.min(at, end, force.ends) }))
    .filter(({ start, end }) => start < end);
  return over === undefined || over.length === 0 ? undefined : Math.max(...over.map(({ end }) => end)) - 1;
}

/** Does a secrecy agreement, one of the three or one that the register names, bind all these states at an instant? */
export function secrecyBinds(
  register: CompiledRegister,
  agreement: string,
  states: readonly string[],
  at: number,
): boolean {
  const force = forceAt(register, agreement, at);
  if (force !== undefined && register.namedSecrecy.has(agreement)) {
    // Between two organs there is no state to bind: the agreement has at least to be in force.
    if (states.length === 0) return force.since <= at && at < force.ends;
    return states.every((state) => boundAt(force, state, at).bound);
  }
  return agreementBinds(register, agreement, 'secrecy', states, at);
}

/** Does a further agreement of the register, of this kind, bind all these states at an instant? null: of any kind; undefined: no state. */
export function agreementBinds(
  register: CompiledRegister,
  agreement: string,
  kind: AgreementKind | null,
  states: readonly (string | undefined)[],
  at: number,
): boolean {
  const binds = (span: AgreementSpan): boolean =>
    (kind === null || span.kind === kind) &&
    within(span, at) &&
    states.every((state) => span.states.has(state));
  return register.agreements.get(agreement)?.some(binds) ?? false;
}

/** The entry of an authority on the list under an instrument at an instant, if it is on it. */
export function listedEntry(
  register: CompiledRegister,
  id: string,
  instrument: string,
  at: number,
): Entry | undefined {
  return entryAt(register, id, at, (entry) => entry.instruments.has(instrument));
}

/** What the register knows of an authority whatever the instrument: the entry valid at the instant, else its latest. */
export function knownEntry(register: CompiledRegister, id: string, at: number): Entry | undefined {
  return entryAt(register, id, at) ?? register.authorities.get(id)?.[0];
}

/** The entry valid at an instant that begins last, of those that suit. */
function entryAt(
  register: CompiledRegister,
  id: string,
  at: number,
  suits: (entry: Entry) => boolean = () => true,
): Entry | undefined {
  return register.authorities.get(id)?.find((entry) => within(entry, at) && suits(entry));
}

/** A unit that is listed in its own right: its seal is its own. */
export function isUnit(entry: Entry | undefined): boolean {
  return entry !== undefined && (entry.kind === 'central-specialised-unit' || entry.unitOf !== undefined);
}

/** The authority that an entry is a unit of, however far up; the entry's own id where it is a unit of none. */
export function bodyOf(register: CompiledRegister, id: string, at: number): string {
  const seen = new Set<string>();
  let top = id;
  while (!seen.has(top)) {
    seen.add(top);
    const over = authorityOver(register, top, at);
    if (over === undefined) return top;
    top = over;
  }
  // Two that name each other: books allow none, and the first by name stands for both.
  return [...seen].sort()[0] ?? top;
}

function authorityOver(register: CompiledRegister, id: string, at: number): string | undefined {
  const entry = entryAt(register, id, at, ({ unitOf }) => unitOf !== undefined);
  const over = entry?.unitOf === undefined ? undefined : entryAt(register, entry.unitOf, at);
  return over?.state === entry?.state ? over?.id : undefined;
}

/**
 * Who consents for an authority at an instant: itself, or if it was dissolved the successor that its last entry names, or that one's.
 */
export function consenterFor(register: CompiledRegister, id: string, at: number): string {
  const seen = new Set<string>();
  let one = id;
  while (!seen.has(one)) {
    seen.add(one);
    const next = successorOf(register, one, at);
    if (next === undefined) return one;
    one = next;
  }
  // Those that succeed each other in a circle: books allow none, and nobody speaks for another.
  return id;
}

/** undefined while it is listed under any instrument, or if nobody of its state who was listed by then, or more than one, is named. */
function successorOf(register: CompiledRegister, id: string, at: number): string | undefined {
  const entries = register.authorities.get(id) ?? [];
  if (entries.some((entry) => within(entry, at))) return undefined;
  const over = entries.filter(({ end }) => end <= at);
  const ended = Math.max(...over.map(({ end }) => end));
  const last = over.filter(({ end, succeededBy }) => end === ended && succeededBy !== undefined);
  const [successor, another] = new Set(last.map(({ succeededBy }) => succeededBy));
  if (successor === undefined || another !== undefined) return undefined;
  const isKnown = register.authorities
    .get(successor)
    ?.some(({ start, state }) => start <= at && state === last[0]?.state);
  return isKnown === true ? successor : undefined;
}

/** Whether two authorities have an arrangement on the technical channel, and whether one makes the electronic form the written one. */
export function arrangementBetween(
  register: CompiledRegister,
  instrument: string,
  a: string,
  b: string,
  at: number,
): 'none' | 'plain' | 'electronic-form' {
  const spans = pairsAt(register.arrangements, instrument, a, b, at);
  if (spans.some(({ electronicForm }) => electronicForm)) return 'electronic-form';
  return spans.length > 0 ? 'plain' : 'none';
}

/** The highest level rank that a channel accredited under an agreement carries between two authorities; -1: none. */
export function channelRank(
  register: CompiledRegister,
  under: string,
  a: string,
  b: string,
  at: number,
): number {
  return Math.max(-1, ...pairsAt(register.channels, under, a, b, at).map(({ upTo }) => upTo));
}

function pairsAt<T extends Span>(pairs: Pairs<T>, under: string, a: string, b: string, at: number): T[] {
  const spans = pairs.get(under)?.get(a)?.get(b);
  return spans?.filter((span) => within(span, at)) ?? [];
}

function sortedByContent<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, key: JSON.stringify(value, keysSorted) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ value }) => value);
}

function keysSorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const members = new Map<string, unknown>(Object.entries(value));
  return Object.fromEntries([...members.keys()].sort().map((key) => [key, members.get(key)]));
}

function within(span: Span, at: number): boolean {
  return span.start <= at && at < span.end;
}

function spanOf(dates: { from: string; until: string | null }): Span {
  return { start: startOfDay(dates.from), end: endOfUntil(dates.until) };
}

function entryOf(authority: Authority): Entry {
  return {
    ...spanOf(authority),
    id: authority.id,
    state: authority.state ?? undefined,
    kind: authority.kind,
    instruments: new Set(authority.instruments),
    timeZone: authority.timeZone,
    unitOf: authority.unitOf ?? undefined,
    succeededBy: authority.succeededBy ?? undefined,
    clearance: new Map(
      Object.entries(authority.clearance).map(([under, level]) => [under, levelRank(level)]),
    ),
  };
}

function appendPair<T>(
  pairs: Map<string, Map<string, Map<string, T[]>>>,
  under: string,
  [a, b]: readonly [string, string],
  value: T,
): void {
  let ofOne = pairs.get(under);
  if (ofOne === undefined) pairs.set(under, (ofOne = new Map<string, Map<string, T[]>>()));
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    let ofOther = ofOne.get(one);
    if (ofOther === undefined) ofOne.set(one, (ofOther = new Map<string, T[]>()));
    append(ofOther, other, value);
  }
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
