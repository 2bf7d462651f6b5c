import { BOOK_VERSION_MAX } from '#core';
import { z } from 'zod';
import { instrumentOf } from './catalogue.js';
import type { Instrument } from './instrument.js';
import {
  MAX_ENTRIES,
  NEITHER,
  PLAIN_TEXT,
  agreementSchema,
  authorityFields,
  daySchema,
  eventSchema,
  idSchema,
  instantSchema,
  isStateOrOrgan,
  levelSchema,
  stateSchema,
} from './register.js';
import { CIS_STATES, CSTO_STATES } from './states.js';
import type { Level } from './vocabulary.js';

/**
 * The register is several books, each signed by its keeper only (DESIGN, Register). The schemas hold a book to what its
 * keeper may say: a depositary to its own organisation's treaties, a state to its own authorities. What peers rely on
 * is checked here, not only promised.
 */

/** Roles that a listed certificate may carry; the same closed list as in certificates themselves. */
export const CERTIFICATE_ROLES = [
  'seal',
  'encryption',
  'tls',
  'register',
  'head',
  'deputy-head',
  'unit-head',
  'authorised-person',
] as const;

const version = z.int().min(1).max(BOOK_VERSION_MAX);
/** A certificate or revocation list in DER is far smaller. */
const base64 = z.base64().min(4).max(1_000_000);
/** Shown to people and kept in databases, of which some take no zero character. */
const name = z.string().min(1).max(500).regex(PLAIN_TEXT, 'has control characters');
const names = z.strictObject({ ru: name, kk: name, en: name });
const MAX_AUTHORITIES = 1000;

export const treatyBookSchema = z
  .strictObject({
    book: z.enum(['treaty:CIS', 'treaty:CSTO']),
    version,
    organisation: z.enum(['CIS', 'CSTO']),
    issuedAt: instantSchema,
    events: z.array(eventSchema).max(MAX_ENTRIES),
    agreements: z.array(agreementSchema).max(MAX_ENTRIES),
    /** Invented dates for a trial run, not the depositary's record. */
    sample: z.boolean(),
  })
  .superRefine((content, context) => {
    if (content.book !== `treaty:${content.organisation}`) {
      refuse(context, ['organisation'], 'not the organisation of this book');
    }
    content.events.forEach(({ instrument }, index) => {
      if (instrumentOf(instrument)?.organisation === content.organisation) return;
      refuse(context, ['events', index, 'instrument'], 'not an instrument of this depositary');
    });
  });

const listedAuthority = z
  .strictObject({ ...authorityFields, names, node: idSchema, sample: z.boolean() })
  .refine(isStateOrOrgan, NEITHER);

export const nationalListSchema = z
  .strictObject({
    book: z
      .string()
      .max(64)
      .regex(/^list:([A-Z]{2}|[a-z0-9][a-z0-9-]*)$/, 'not the book of a state or organ'),
    version,
    state: stateSchema.nullable(),
    organ: idSchema.nullable(),
    issuedAt: instantSchema,
    authorities: z.array(listedAuthority).max(MAX_AUTHORITIES),
    certificates: z
      .array(z.strictObject({ authority: idSchema, role: z.enum(CERTIFICATE_ROLES), certificate: base64 }))
      .max(10 * MAX_AUTHORITIES),
    intermediates: z.array(base64).max(100),
    crls: z.array(base64).max(100),
    /** The state's own grades of secrecy and their equivalents; a grade without one goes nowhere. */
    grades: z.array(z.strictObject({ name, level: levelSchema })).max(100),
  })
  .superRefine((list, context) => {
    const [keeper, another] = [list.state, list.organ].filter((id) => id !== null);
    if (keeper === undefined || another !== undefined || list.book !== `list:${keeper}`) {
      refuse(context, ['book'], 'names one state or one organ, its own');
    }
    list.authorities.forEach((authority, index) => {
      if ((authority.state ?? null) === list.state && isOwnId(list, authority.id)) return;
      refuse(context, ['authorities', index, 'id'], 'not an authority of this list’s keeper');
    });
    const units = new Set(list.authorities.filter(isUnit).map(({ id }) => id));
    const bodies = new Set(list.authorities.map(({ id }) => id).filter((id) => !units.has(id)));
    list.authorities.forEach(({ unitOf = null }, index) => {
      if (unitOf === null || bodies.has(unitOf)) return;
      refuse(
        context,
        ['authorities', index, 'unitOf'],
        'not an authority of this list that is not itself a unit',
      );
    });
    refuseSuccessors(list.authorities, context);
    list.certificates.forEach(({ authority }, index) => {
      if (isOwnId(list, authority)) return;
      refuse(context, ['certificates', index, 'authority'], 'not an authority of this list’s keeper');
    });
  });

function isUnit({ unitOf = null }: { unitOf?: string | null | undefined }): boolean {
  return unitOf !== null;
}

type ListedAuthority = z.infer<typeof listedAuthority>;

/** A successor is on the list itself, follows what has an end, and is the only one; two that follow each other would be nobody's. */
function refuseSuccessors(authorities: readonly ListedAuthority[], context: z.RefinementCtx): void {
  const ids = new Set(authorities.map(({ id }) => id));
  const successors = new Map<string, string>();
  authorities.forEach(({ id, until, succeededBy: successor = null }, index) => {
    if (successor === null) return;
    const named = successors.get(id) ?? successor;
    successors.set(id, named);
    const path = ['authorities', index, 'succeededBy'];
    if (!ids.has(successor)) refuse(context, path, 'not an authority of this list');
    else if (until === null) refuse(context, path, 'of an entry that does not end');
    else if (successor !== named) refuse(context, path, `besides ${named}, which another entry names`);
    else if (leadsBack(id, successors)) refuse(context, path, 'leads back to the authority itself');
  });
}

function leadsBack(id: string, successors: ReadonlyMap<string, string>): boolean {
  const seen = new Set<string>();
  let next = successors.get(id);
  while (next !== undefined && next !== id && !seen.has(next)) {
    seen.add(next);
    next = successors.get(next);
  }
  return next === id;
}

function refuse(context: z.RefinementCtx, path: (string | number)[], message: string): void {
  context.addIssue({ code: 'custom', path, message });
}

/** Ids carry their state, `kz-knb`; without this one state could list a key under another's authority. */
function isOwnId(list: { state: string | null; organ: string | null }, id: string): boolean {
  if (list.state !== null) return id.startsWith(`${list.state.toLowerCase()}-`);
  return id === list.organ && !/^[a-z]{2}-/.test(id);
}

const between = z.tuple([idSchema, idSchema]).refine(([a, b]) => a !== b, 'not two authorities');

/** Content of a `valise-arrangement+jws`: a bilateral technical-channel arrangement (2018 #6.2.2, CSTO #6.4). */
export const arrangementSchema = z.strictObject({
  id: idSchema,
  version,
  instrument: idSchema,
  between,
  from: daySchema,
  until: daySchema.nullable(),
  electronicForm: z.boolean(),
});

/** Content of a `valise-accreditation+jws`: the electronic channel between two authorities, under a secrecy agreement. */
export const accreditationSchema = z.strictObject({
  id: idSchema,
  version,
  between,
  under: idSchema,
  upTo: levelSchema,
  from: daySchema,
  until: daySchema.nullable(),
});

export type TreatyBook = z.infer<typeof treatyBookSchema>;
export type NationalList = z.infer<typeof nationalListSchema>;
export type Arrangement = z.infer<typeof arrangementSchema>;
export type Accreditation = z.infer<typeof accreditationSchema>;

/**
 * Who may keep (sign) a book: `depositary:CIS`, `state:KZ`, `organ:cis-atc`.
 *
 * @returns undefined where there is no such book
 */
export function keeperOf(book: string): string | undefined {
  const treaty = /^treaty:(CIS|CSTO)$/.exec(book)?.[1];
  if (treaty !== undefined) return `depositary:${treaty}`;
  const state = /^list:([A-Z]{2})$/.exec(book)?.[1];
  if (state !== undefined) return `state:${state}`;
  const organ = /^list:([a-z0-9][a-z0-9-]{0,62})$/.exec(book)?.[1];
  return organ === undefined ? undefined : `organ:${organ}`;
}

/**
 * Whether the holder that a register certificate names is a keeper: `state:KZ`, or `KZ` alone, for under the pinned root of
 * that state nothing else bears this name. Other certificates under that root sign no books.
 *
 * @param keeper `state:KZ`, `organ:cis-atc` or `depositary:CIS`
 */
export function speaksFor(holder: string | undefined, keeper: string): boolean {
  return holder === keeper || holder === keeper.slice(keeper.indexOf(':') + 1);
}

const STATES: Readonly<Record<'CIS' | 'CSTO', readonly string[]>> = { CIS: CIS_STATES, CSTO: CSTO_STATES };

/**
 * The books that a decision under an instrument between two sides rests on: the treaty's own, the other
 * organisation's where an agreement that it records may count between the two, and both lists.
 *
 * @param sides states (`KZ`) or organs (`cis-atc`)
 */
export function bookIdsFor(instrument: string, ...sides: readonly string[]): string[] {
  const known = instrumentOf(instrument);
  if (known === undefined) return [];
  const books = new Set(requiredBookIdsFor(instrument, ...sides));
  const other = known.organisation === 'CIS' ? 'CSTO' : 'CIS';
  if (sides.length > 0 && countsOthers(known) && sides.every((side) => STATES[other].includes(side)))
    books.add(`treaty:${other}`);
  return [...books].sort();
}

/**
 * Those of them without which nothing is decided: the treaty's own and both lists. A node may do without the other organisation's book.
 *
 * @param sides states (`KZ`) or organs (`cis-atc`)
 * @returns none for an unknown instrument
 */
export function requiredBookIdsFor(instrument: string, ...sides: readonly string[]): string[] {
  const known = instrumentOf(instrument);
  if (known === undefined) return [];
  return [...new Set([`treaty:${known.organisation}`, ...sides.map((side) => `list:${side}`)])].sort();
}

/** Whether further agreements decide anything under an instrument: on secrecy, on a channel or on legal assistance. */
function countsOthers({ exchange, organs }: Instrument): boolean {
  if (exchange === null) return false;
  return (
    organs ||
    exchange.stateSecrets.regime === 'other-treaties' ||
    exchange.operations.some(({ op }) => op === 'procedural')
  );
}

/** The level that a state's grade stands for; undefined: no equivalent, so it goes nowhere. */
export function levelOfGrade(list: NationalList, grade: string): Level | undefined {
  return list.grades.find((candidate) => candidate.name === grade)?.level;
}
