import { compare } from '#core';
import { purposeWithin, type Purpose } from '#policy';
import { ACTIVITIES, type Activity } from '#treaties';

/**
 * Lists of purposes as sets, in one canonical form: what `purposeWithin` cannot tell apart is written alike. The offences
 * given for a case are those given for any case and its own; an empty list gives nothing.
 */

type Offences = ReadonlySet<string> | 'any';

/** One instrument and activity: what is given for any case, and what for single cases besides. */
interface Given {
  readonly instrument: string;
  readonly activity: Activity;
  anyCase: Offences;
  readonly cases: Map<string, Offences>;
}

const NONE: Offences = new Set<string>();

/** The same purposes, sorted, without duplicates and without what others of the list give already. */
export function canonicalPurposes(purposes: readonly Purpose[]): Purpose[] {
  return listed([...gathered(purposes).values()]);
}

/** The purposes that lie within both lists: purposeWithin(p, A ∩ B) where purposeWithin(p, A) and purposeWithin(p, B). */
export function intersectPurposes(one: readonly Purpose[], other: readonly Purpose[]): Purpose[] {
  const others = gathered(other);
  const both: Given[] = [];
  for (const [key, a] of gathered(one)) {
    const b = others.get(key);
    if (b === undefined) continue;
    const named = new Set([...a.cases.keys(), ...b.cases.keys()]);
    const cases = [...named].map((id): [string, Offences] => [
      id,
      intersection(ofCase(a, id), ofCase(b, id)),
    ]);
    const { instrument, activity } = a;
    both.push({ instrument, activity, anyCase: intersection(a.anyCase, b.anyCase), cases: new Map(cases) });
  }
  return listed(both);
}

/** Is every purpose within the one list within the other too? */
export function purposesWithin(one: readonly Purpose[], other: readonly Purpose[]): boolean {
  return canonicalPurposes(one).every((purpose) => purposeWithin(purpose, other));
}

function gathered(purposes: readonly Purpose[]): Map<string, Given> {
  const found = new Map<string, Given>();
  for (const { instrument, activity, offences, caseId } of purposes) {
    const key = `${instrument}\n${activity}`;
    let given = found.get(key);
    if (given === undefined) {
      given = { instrument, activity, anyCase: NONE, cases: new Map<string, Offences>() };
      found.set(key, given);
    }
    const more: Offences = offences === 'any' ? 'any' : new Set(offences);
    if (caseId === null) given.anyCase = union(given.anyCase, more);
    else given.cases.set(caseId, union(given.cases.get(caseId) ?? NONE, more));
  }
  return found;
}

/** Cases without anything of their own are left out. */
function listed(all: readonly Given[]): Purpose[] {
  const purposes: Purpose[] = [];
  for (const { instrument, activity, anyCase, cases } of all.toSorted(inOrder)) {
    const named = [...cases].sort(([one], [other]) => compare(one, other));
    for (const [caseId, given] of [[null, anyCase] as const, ...named]) {
      const own = caseId === null ? given : without(given, anyCase);
      const offences = own === 'any' ? own : [...own].sort();
      if (offences.length > 0) purposes.push({ instrument, activity, offences, caseId });
    }
  }
  return purposes;
}

function inOrder(a: Given, b: Given): number {
  return (
    compare(a.instrument, b.instrument) || ACTIVITIES.indexOf(a.activity) - ACTIVITIES.indexOf(b.activity)
  );
}

const ofCase = (given: Given, id: string): Offences => union(given.anyCase, given.cases.get(id) ?? NONE);

function union(a: Offences, b: Offences): Offences {
  return a === 'any' || b === 'any' ? 'any' : new Set([...a, ...b]);
}

function intersection(a: Offences, b: Offences): Offences {
  if (a === 'any') return b;
  return b === 'any' ? a : new Set([...a].filter((offence) => b.has(offence)));
}

function without(a: Offences, b: Offences): Offences {
  if (b === 'any') return NONE;
  return a === 'any' ? a : new Set([...a].filter((offence) => !b.has(offence)));
}
