import { LEVELS, idSchema, levelRank, levelSchema, type Level } from '#treaties';
import { z } from 'zod';
import { purposeSchema, type Consent, type Item, type Purpose } from './action.js';
import { consentCovers, consentInForce } from './consents.js';
import { canonicalPurposes, compare, intersectPurposes, purposesWithin } from './constraints-purposes.js';

/**
 * The constraints that information carries, one policy per originator, so that what is derived from several sources
 * carries the join of theirs and nothing ever loosens (MATRIX section 6). Only an originator's own consent relaxes its
 * own part. Equal constraints are equal bytes of JSON.
 */

/** Bounds of what one derived work may carry: as many sources as one decision reads. */
const MAX_LIST = 1000;

const conditionsSchema = z.array(z.string().max(10_000)).max(MAX_LIST);
const purposesSchema = z.array(purposeSchema).max(MAX_LIST);

/** Another purpose, consented to for one holder. */
const grantSchema = z.strictObject({
  to: idSchema,
  purposes: purposesSchema,
  written: z.boolean(),
  conditions: conditionsSchema,
});

/** A handing on from a holder to a recipient, for some purposes or (null) without naming any. */
const passageSchema = z.strictObject({
  from: idSchema,
  to: idSchema,
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

export type Grant = z.infer<typeof grantSchema>;
export type Passage = z.infer<typeof passageSchema>;
export type Source = z.infer<typeof sourceSchema>;
export type OriginatorPolicy = z.infer<typeof policySchema>;
export type Constraints = z.infer<typeof shape>;

/** Of nothing: the identity of `join`. It permits nothing either, for no rule does. */
export const UNCONSTRAINED: Constraints = { level: 'open', policies: [] };

export function constraintsOf(item: Item): Constraints {
  const { id, instrument, provider, receiver, level, purposes, conditions } = item;
  const source = { item: id, instrument, receiver, level, purposes, conditions, grants: [], passages: [] };
  return canonical({ level, policies: [{ originator: provider, sources: [source] }] });
}

/** What is derived from both: the highest level, the policies of all originators, for what all of them permit. */
export function join(one: Constraints, other: Constraints): Constraints {
  return canonical({ level: higher(one.level, other.level), policies: [...one.policies, ...other.policies] });
}

/**
 * The constraints after a consent: the part of the originator who gave it, as far as it covers the sources and their level,
 * and nobody else's. A consent that is not in force relaxes nothing.
 *
 * @param at the instant of the act, in milliseconds
 */
export function relax(constraints: Constraints, consent: Consent, at: number): Constraints {
  if (!consentInForce(consent, at)) return constraints;
  const policies = constraints.policies.map(({ originator, sources }) => ({
    originator,
    sources: sources.map((source) => relaxed(source, originator, consent)),
  }));
  return canonical({ level: constraints.level, policies });
}

function relaxed(source: Source, provider: string, consent: Consent): Source {
  const { item: id, instrument, receiver, level } = source;
  const item: Item = { id, instrument, provider, receiver, level, purposes: [], conditions: [] };
  if (!consentCovers(consent, item, consent.to)) return source;
  const { to, written, conditions } = consent;
  if (consent.kind === 'purpose') {
    const grant = { to, purposes: consent.purposes ?? [], written, conditions };
    return { ...source, grants: [...source.grants, grant] };
  }
  const recipient = consent.recipient ?? null;
  if (consent.kind !== 'onward-transfer' || recipient === null) return source;
  const coversDerived = consent.coversDerived === true;
  const purposes = consent.purposes ?? null;
  const passage = { from: to, to: recipient, purposes, coversDerived, written, conditions };
  return { ...source, passages: [...source.passages, passage] };
}

/** The purposes for which every source was given: what a derived work may be used for without asking anybody. */
export function givenPurposes({ policies }: Constraints): Purpose[] {
  const lists = policies.flatMap(({ sources }) => sources.map(({ purposes }) => purposes));
  return lists.reduce(intersectPurposes, lists[0] ?? []);
}

/** Sorted, without doubles, every part in one order of its members, and without what another part absorbs. */
function canonical({ level, policies }: Constraints): Constraints {
  const originators = new Map<string, Source[]>();
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
function canonicalSources(sources: readonly Source[]): Source[] {
  const merged = new Map<string, Source>();
  for (const { item, instrument, receiver, level, ...rest } of sources) {
    const grants = canonicalGrants(rest.grants);
    const passages = canonicalPassages(rest.passages);
    const key = JSON.stringify([item, instrument, receiver, level, grants, passages]);
    const twin = merged.get(key);
    const purposes = twin
      ? intersectPurposes(twin.purposes, rest.purposes)
      : canonicalPurposes(rest.purposes);
    const conditions = sortedSet([...(twin?.conditions ?? []), ...rest.conditions]);
    merged.set(key, { item, instrument, receiver, level, purposes, conditions, grants, passages });
  }
  return [...merged].sort(([a], [b]) => compare(a, b)).map(([, source]) => source);
}

/** A grant within another to the same holder, on no other conditions and in no better form, adds nothing. */
function canonicalGrants(grants: readonly Grant[]): Grant[] {
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

function canonicalPassages(passages: readonly Passage[]): Passage[] {
  return distinct(
    passages.map(({ from, to, purposes, coversDerived, written, conditions }) => ({
      from,
      to,
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
