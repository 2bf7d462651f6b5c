import { compare } from '#core';
import {
  agreedIn,
  purposeSchema,
  type Agreed,
  type Consenters,
  type Consent,
  type Grant,
  type Held,
  type Item,
  type Passage,
  type Purpose,
} from '#policy';
import { LEVELS, idSchema, instantSchema, levelRank, levelSchema, type Level } from '#treaties';
import { z } from 'zod';
import { canonicalPurposes, intersectPurposes, purposesWithin } from './purposes.js';

/**
 * The constraints that information carries, one policy per originator, so that what is derived from several sources
 * carries the join of theirs and nothing ever loosens (MATRIX section 6). Only an originator's own consent relaxes its
 * own part. Equal constraints are equal bytes of JSON.
 */

/** Bounds of what one derived work may carry: as many sources as one decision reads. */
const MAX_LIST = 1000;

const conditionsSchema = z.array(z.string().max(10_000)).max(MAX_LIST);
const purposesSchema = z.array(purposeSchema).max(MAX_LIST);

const grantSchema = z.strictObject({
  to: idSchema,
  purposes: purposesSchema,
  written: z.boolean(),
  conditions: conditionsSchema,
});

const passageSchema = z.strictObject({
  from: idSchema,
  to: idSchema,
  holds: z.boolean(),
  opens: z.boolean(),
  spent: z.boolean(),
  purposes: purposesSchema.nullable(),
  coversDerived: z.boolean(),
  written: z.boolean(),
  conditions: conditionsSchema,
});

/** What one item that came from the originator brings with it. */
const sourceSchema = z.strictObject({
  item: z.string().min(1).max(200),
  instrument: idSchema,
  receiver: idSchema,
  /** Bodies of the receiver's state to which the request was passed, and what came with it. */
  passedTo: z.array(idSchema).max(MAX_LIST),
  /** The case in which it was given, whose conduct needs no further purpose. */
  exchange: z.string().max(200).nullable(),
  /** When the present holder got it; null: not known, so now. */
  heldSince: instantSchema.nullable(),
  level: levelSchema,
  purposes: purposesSchema,
  conditions: conditionsSchema,
  grants: z.array(grantSchema).max(MAX_LIST),
  passages: z.array(passageSchema).max(MAX_LIST),
});

const policySchema = z.strictObject({
  originator: idSchema,
  sources: z.array(sourceSchema).min(1).max(MAX_LIST),
});

const shape = z.strictObject({ level: levelSchema, policies: z.array(policySchema).max(MAX_LIST) });

/** What is not in the one form in which equal constraints are equal bytes is refused. */
export const constraintsSchema = shape.refine(
  (constraints) => JSON.stringify(canonical(constraints)) === JSON.stringify(constraints),
  'not canonical',
);

type Source = z.infer<typeof sourceSchema>;
export type Constraints = z.infer<typeof shape>;

/** Constraints that are not in their form yet. */
type Relaxed = Omit<Source, 'grants' | 'passages'> & Agreed;
interface Parts {
  readonly level: Level;
  readonly policies: readonly { readonly originator: string; readonly sources: readonly Relaxed[] }[];
}

/** Of nothing: the identity of `join`. It permits nothing either, for no rule does. */
export const UNCONSTRAINED: Constraints = { level: 'open', policies: [] };

export function constraintsOf(item: Item): Constraints {
  const { id, provider, level } = item;
  const source = { ...factsOf(item), item: id, level, grants: [], passages: [] };
  return canonical({ level, policies: [{ originator: provider, sources: [source] }] });
}

/** What does not change, whatever is consented to. */
function factsOf({ instrument, receiver, passedTo, exchange, heldSince, purposes, conditions }: Item) {
  return {
    instrument,
    receiver,
    passedTo: sortedSet(passedTo ?? []),
    exchange: exchange ?? null,
    heldSince: heldSince ?? null,
    purposes,
    conditions,
  };
}

/** What is derived from both: the highest level, the policies of all originators, for what all of them permit. */
export function join(one: Constraints, other: Constraints): Constraints {
  return canonical({ level: higher(one.level, other.level), policies: [...one.policies, ...other.policies] });
}

/**
 * The constraints after a consent: the part of the originator who gave it, or for whom it was given, as far as it covers the sources and their
 * level, and no other part. A consent that is not in force relaxes nothing, except the holding of a recipient that got
 * the source under it.
 *
 * @param at the instant of the act, in milliseconds; @param law who consents for an originator that was dissolved
 */
export function relax(constraints: Constraints, consent: Consent, at: number, law: Consenters): Constraints {
  const policies = constraints.policies.map(({ originator, sources }) => ({
    originator,
    sources: sources.map((source) => {
      const { grants, passages } = agreedIn(consent, itemOf(source, originator), at, law);
      return {
        ...source,
        grants: [...source.grants, ...grants],
        passages: [...source.passages, ...passages],
      };
    }),
  }));
  return canonical({ level: constraints.level, policies });
}

/** What is judged where constraints are: every source, with what its originator agreed to. */
export function heldIn({ policies }: Constraints): readonly Held[] {
  return policies.flatMap(({ originator, sources }) =>
    sources.map((source) => ({ item: itemOf(source, originator), agreed: source })),
  );
}

function itemOf({ item, ...facts }: Source, provider: string): Item {
  return { ...facts, id: item, provider };
}

/** The purposes for which every source was given: what a derived work may be used for without asking anybody. */
export function givenPurposes({ policies }: Constraints): Purpose[] {
  const lists = policies.flatMap(({ sources }) => sources.map(({ purposes }) => purposes));
  return lists.reduce(intersectPurposes, lists[0] ?? []);
}

/** Sorted, without duplicates, every part in one order of its members, and without what another part absorbs. */
function canonical({ level, policies }: Parts): Constraints {
  const originators = new Map<string, Relaxed[]>();
  for (const { originator, sources } of policies) {
    originators.set(originator, [...(originators.get(originator) ?? []), ...sources]);
  }
  const all = [...originators].sort(([a], [b]) => compare(a, b));
  return {
    level: policies
      .flatMap(({ sources }) => sources)
      .reduce((max, source) => higher(max, source.level), level),
    policies: all.map(([originator, sources]) => ({ originator, sources: canonicalSources(sources) })),
  };
}

/** The same item received twice is one source, for the purposes given both times; what was consented to is not mixed. */
function canonicalSources(sources: readonly Relaxed[]): Source[] {
  const merged = new Map<string, Source>();
  for (const source of sources) {
    const grants = canonicalGrants(source.grants);
    const passages = canonicalPassages(source.passages);
    const { item, instrument, receiver, exchange, heldSince, level } = source;
    const passedTo = sortedSet(source.passedTo);
    const facts = { item, instrument, receiver, passedTo, exchange, heldSince, level };
    const key = JSON.stringify([facts, grants, passages]);
    const twin = merged.get(key);
    const purposes = twin
      ? intersectPurposes(twin.purposes, source.purposes)
      : canonicalPurposes(source.purposes);
    const conditions = sortedSet([...(twin?.conditions ?? []), ...source.conditions]);
    merged.set(key, { ...facts, purposes, conditions, grants, passages });
  }
  return [...merged].sort(([a], [b]) => compare(a, b)).map(([, source]) => source);
}

/** A grant within another to the same holder, on no other conditions and in no better form, adds nothing. */
function canonicalGrants(grants: readonly Grant[]): Source['grants'] {
  const all = distinct(
    grants.map(({ to, purposes, written, conditions }) => ({
      to,
      purposes: canonicalPurposes(purposes),
      written,
      conditions: sortedSet(conditions),
    })),
  ).filter(({ purposes }) => purposes.length > 0);
  return all.filter((grant) => !all.some((other) => other !== grant && absorbs(other, grant)));
}

function absorbs(other: Grant, grant: Grant): boolean {
  return (
    other.to === grant.to &&
    (other.written || !grant.written) &&
    grant.conditions.every((condition) => other.conditions.includes(condition)) &&
    purposesWithin(grant.purposes, other.purposes)
  );
}

function canonicalPassages(passages: readonly Passage[]): Source['passages'] {
  return distinct(
    passages.map(({ from, to, holds, opens, spent, purposes, coversDerived, written, conditions }) => ({
      from,
      to,
      holds,
      opens,
      spent,
      purposes: purposes === null ? null : canonicalPurposes(purposes),
      coversDerived,
      written,
      conditions: sortedSet(conditions),
    })),
  );
}

function distinct<T>(values: readonly T[]): T[] {
  const found = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...found].sort(([a], [b]) => compare(a, b)).map(([, value]) => value);
}

const sortedSet = (values: readonly string[]): string[] => [...new Set(values)].sort(compare);

const higher = (a: Level, b: Level): Level => LEVELS[Math.max(levelRank(a), levelRank(b))] ?? b;
