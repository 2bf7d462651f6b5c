import { instantSchema, registerSchema } from '#treaties';
import { z } from 'zod';
import { actionSchema } from './action.js';
import { OUTCOMES, type Decision } from './decision.js';

const MAX_CASES = 100_000;
const cites = z.array(z.string().max(200)).max(1000);

/** What a case expects of its decision; every key is optional, and only what is given is compared. */
export const expectationSchema = z.strictObject({
  outcome: z.enum(OUTCOMES).optional(),
  /** All of these among the rules of findings and obligations. */
  cites: cites.optional(),
  /** At least one of these. */
  citesAny: cites.optional(),
  /** Exactly these, as a set. */
  consentFrom: z.array(z.string().max(200)).max(1000).optional(),
  /** Each matched by some obligation, on the keys given. */
  obligations: z
    .array(
      z.strictObject({
        do: z.string().max(64).optional(),
        by: instantSchema.optional(),
        rule: z.string().max(200).optional(),
        condition: z.string().max(10_000).optional(),
      }),
    )
    .max(1000)
    .optional(),
});

/** The file that `valise decide` reads (contracts/decide.md). */
export const decisionFileSchema = z.strictObject({
  register: registerSchema,
  cases: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(200),
        topic: z.string().max(200).optional(),
        why: z.string().max(2000).optional(),
        input: actionSchema,
        expect: expectationSchema.optional(),
      }),
    )
    .max(MAX_CASES),
});

export type DecisionFile = z.infer<typeof decisionFileSchema>;
export type Expectation = z.infer<typeof expectationSchema>;

/** Differences from the expected decision, one line each; empty: as expected. */
export function mismatches(decision: Decision, expected: Expectation): string[] {
  const found: string[] = [];
  const rules = new Set([...decision.findings, ...decision.obligations].map(({ rule }) => rule));
  if (expected.outcome !== undefined && decision.outcome !== expected.outcome) {
    found.push(`outcome: expected ${expected.outcome}, got ${decision.outcome}`);
  }
  for (const cite of expected.cites ?? []) if (!rules.has(cite)) found.push(`cites: ${cite} is missing`);
  const any = expected.citesAny ?? [];
  if (any.length > 0 && !any.some((cite) => rules.has(cite)))
    found.push(`citesAny: none of ${any.join(', ')}`);
  if (expected.consentFrom !== undefined) {
    const wanted = [...new Set(expected.consentFrom)].sort().join(', ');
    const got = [...new Set(decision.consentFrom)].sort().join(', ');
    if (wanted !== got) found.push(`consentFrom: expected [${wanted}], got [${got}]`);
  }
  for (const obligation of expected.obligations ?? []) {
    const matched = decision.obligations.some((actual) =>
      Object.entries(obligation).every(
        ([key, value]) =>
          value === undefined || sameValue(key, (actual as Record<string, unknown>)[key], value),
      ),
    );
    if (!matched) found.push(`obligations: nothing matches ${JSON.stringify(obligation)}`);
  }
  return found;
}

/** Instants are equal when they are the same moment, however their fractions are written. */
function sameValue(key: string, actual: unknown, expected: string): boolean {
  if (key === 'by') return Date.parse(String(actual)) === Date.parse(expected);
  return actual === expected;
}
