import {
  AGREEMENT_KINDS,
  LEVELS,
  MESSAGE_TYPES,
  OFFICER_ROLES,
  PAIRINGS,
  REFUSAL_GROUNDS,
  SEALS,
  type Law,
} from '#treaties';

export type Kind =
  | 'rule dropped'
  | 'element added'
  | 'cite altered'
  | 'number changed'
  | 'boolean flipped'
  | 'block nulled'
  | 'word swapped';

/** The law with one change. */
export interface Mutant {
  readonly kind: Kind;
  /** Where: `cis-it-crime-2018.exchange.operations.3.on.0`. */
  readonly place: string;
  readonly instrument: string;
  readonly law: Law;
}

interface Change {
  readonly kind: Kind;
  readonly path: readonly (string | number)[];
  readonly note: string;
  /** undefined: the element or key is gone. */
  readonly value: unknown;
}

/** What an instrument says about itself; no decision looks at it, and other tests hold it to the texts. */
const DESCRIPTIVE = new Set([
  'id',
  'title',
  'done',
  'version',
  'organisation',
  'depositary',
  'authentic',
  'codes',
  'undecided',
]);
/** Shapes follow from these, so another value would be no law at all. */
const SHAPES = new Set(['op', 'regime', 'text']);
const NULLABLE = new Set([
  'accession',
  'lastsAsLongAs',
  'replacedBy',
  'exchange',
  'free',
  'disclosure',
  'decision',
  'notAsked',
  'wanted',
  'unlistedOffBus',
  'organ',
  'ungrounded',
  'spontaneous',
  'otherTreaty',
  'forms',
  'confirmation',
]);
/** Closed sets by the key that holds one of them; `needs` has two meanings, told apart by what it stands in. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  basis: ['explicit', 'inferred'],
  agreement: AGREEMENT_KINDS,
  otherTreaty: AGREEMENT_KINDS,
  duty: ['execute', 'answer'],
  upTo: LEVELS,
  'electronic.needs': ['arrangement', 'electronic-form'],
  'confirmation.needs': ['arrangement', 'electronic-form'],
  'urgent.needs': ['nothing', 'arrangement'],
};
const LISTS: Readonly<Record<string, readonly string[]>> = {
  on: MESSAGE_TYPES,
  grounds: REFUSAL_GROUNDS,
  by: OFFICER_ROLES,
  seals: SEALS,
  between: PAIRINGS,
};

/** Every mutant of the law, made from its data alone: what is added to the law later is mutated too. */
export function* mutantsOf(law: Law): Generator<Mutant> {
  for (const change of changesOf(law.secrecyAgreements, ['secrecyAgreements']))
    yield mutant(law, 'valise', change);
  for (const change of changesOf(law.house, ['house'])) yield mutant(law, 'valise', change);
  for (const [index, instrument] of law.instruments.entries()) {
    for (const [key, member] of Object.entries(instrument)) {
      if (DESCRIPTIVE.has(key)) continue;
      for (const change of changesOf(member, ['instruments', index, key]))
        yield mutant(law, instrument.id, change);
    }
  }
}

function mutant(law: Law, instrument: string, { kind, path, note, value }: Change): Mutant {
  return {
    kind,
    place: placeOf(law, instrument, path) + note,
    instrument,
    law: changed(law, path, value) as Law,
  };
}

/** Operations by what they are, not by their number, which changes with every new one. */
function placeOf(law: Law, instrument: string, path: Change['path']): string {
  if (path[0] !== 'instruments') return [instrument, ...path].join('.');
  const within = path.slice(2);
  if (within[1] !== 'operations') return [instrument, ...within].join('.');
  const operation = law.instruments[Number(path[1])]?.exchange?.operations[Number(within[2])];
  if (operation === undefined) throw new Error(`no operation at ${within.join('.')}`);
  const on = operation.on === 'all' ? 'all' : (operation.on[0] ?? 'none');
  const name = `${operation.op}[${operation.op === 'content' ? operation.code : on}]`;
  return [instrument, name, ...within.slice(3)].join('.');
}

function* changesOf(value: unknown, path: readonly (string | number)[]): Generator<Change> {
  const key = path.at(-1) ?? '';
  if (typeof key === 'string' && NULLABLE.has(key) && value !== null) {
    yield { kind: 'block nulled', path, note: '', value: key === 'unlistedOffBus' ? undefined : null };
  }
  if (Array.isArray(value)) {
    yield* changesOfList(value, path);
    return;
  }
  if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (!SHAPES.has(name)) yield* changesOf(member, [...path, name]);
    }
    return;
  }
  yield* changesOfScalar(value, path);
}

function* changesOfList(list: readonly unknown[], path: readonly (string | number)[]): Generator<Change> {
  for (const [index, element] of list.entries()) {
    const note = typeof element === 'string' ? ` (${element})` : '';
    yield { kind: 'rule dropped', path: [...path, index], note, value: undefined };
    if (typeof element === 'object') yield* changesOf(element, [...path, index]);
  }
  const others = LISTS[String(path.at(-1))] ?? [];
  if (list.length === 0 || typeof list[0] !== 'string') return;
  for (const word of others)
    if (!list.includes(word))
      yield { kind: 'element added', path, note: ` (${word})`, value: [...list, word] };
}

function* changesOfScalar(value: unknown, path: readonly (string | number)[]): Generator<Change> {
  const key = String(path.at(-1));
  if (typeof value === 'number') {
    for (const by of [-1, 1])
      yield { kind: 'number changed', path, note: ` (${String(value + by)})`, value: value + by };
  }
  if (typeof value === 'boolean') yield { kind: 'boolean flipped', path, note: '', value: !value };
  if (typeof value !== 'string') return;
  if (key === 'cite') yield { kind: 'cite altered', path, note: '', value: `${value}.x` };
  // Who must be listed, and who may send: two sets under one key.
  if (key === 'who') {
    const other = { both: 'sender', sender: 'both', initiator: 'executor', executor: 'initiator' }[value];
    yield { kind: 'word swapped', path, note: ` (${String(other)})`, value: other };
  }
  if (value === 'any' && key === 'agreements')
    yield { kind: 'word swapped', path, note: ' (none)', value: [] };
  const words = WORDS[key] ?? WORDS[path.slice(-2).join('.')] ?? [];
  for (const word of words)
    if (word !== value && words.includes(value))
      yield { kind: 'word swapped', path, note: ` (${word})`, value: word };
}

/** A copy with one place changed; all the rest is shared. */
function changed(value: unknown, [first, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (first === undefined) return to;
  if (Array.isArray(value)) {
    const copy = [...(value as unknown[])];
    if (rest.length === 0 && to === undefined) copy.splice(Number(first), 1);
    else copy[Number(first)] = changed(copy[Number(first)], rest, to);
    return copy;
  }
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) };
  const member = changed(copy[first], rest, to);
  if (member === undefined) return Object.fromEntries(Object.entries(copy).filter(([key]) => key !== first));
  copy[first] = member;
  return copy;
}
