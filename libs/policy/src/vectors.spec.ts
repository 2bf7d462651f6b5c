import { readdirSync, readFileSync } from 'node:fs';
import { LAW, provisionsIn, type Instrument, type Law } from '#treaties';
import { compileRegister, decide, decisionFileSchema, mismatches, type Decision } from './index.js';

/**
 * The decision files: the contract's (another copy can be named in the environment), and ours, one an instrument. All cases,
 * all instruments and all actions; none is skipped.
 */
const FOLDER = new URL('../../../test/vectors/decisions/', import.meta.url).pathname;
const CONTRACT = process.env.VALISE_DECISION_VECTORS ?? `${FOLDER}contract.json`;
const files = [
  CONTRACT,
  ...readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json') && name !== 'contract.json')
    .map((name) => `${FOLDER}${name}`),
].map((path) => {
  const { register: book, cases } = decisionFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const name = path.slice(FOLDER.length).replace('.json', '');
  return { name, book, register: compileRegister(book), cases };
});
const vectors = files.flatMap(({ name, register, cases }) =>
  cases.map((vector) => ({ name, vector, decide: () => decide(register, vector.input) })),
);

/** By the words that people read: every provision has its own. An agreement that only a register names has none of the law. */
const effectsOf = new Map<unknown, Set<string>>();
for (const { provision, place, effects } of provisionsIn(LAW)) {
  const known = effectsOf.get(provision.text) ?? new Set<string>();
  // That a party has left is told beside what may still be sent.
  const afterwards = place.startsWith('binding.') && effects.includes('deny') ? ['warn'] : [];
  effectsOf.set(provision.text, new Set([...known, ...effects, ...afterwards]));
}
const NAMED_ONLY = new Set(['permit', 'deny']);

const rulesOf = ({ findings, obligations }: Decision): string[] => [
  ...new Set([...findings, ...obligations].map(({ rule }) => rule)),
];

/** The same law, with nothing remembered of it: what is compiled of an exchange is kept with it. */
const copyOfLaw = (): Law => ({
  ...LAW,
  instruments: LAW.instruments.map((one): Instrument => ({
    ...one,
    exchange: one.exchange && { ...one.exchange },
  })),
});

it('cases are decided alike under a law that was not used before', () => {
  const different = files.flatMap(({ name, book, cases }) => {
    const register = compileRegister(book, copyOfLaw());
    return cases.flatMap(({ id, input, expect: expected = {} }) => {
      const decision = decide(register, input);
      const { cites = [], citesAny = [] } = expected;
      const others = name.endsWith('contract')
        ? []
        : rulesOf(decision).filter((rule) => ![...cites, ...citesAny].includes(rule));
      const found = [...mismatches(decision, expected), ...others];
      return found.length === 0 ? [] : [{ name, id, found }];
    });
  });
  expect(different).toEqual([]);
});

describe.each(files)('$name', ({ name }) => {
  const own = vectors.filter((one) => one.name === name);

  it.each(
    own.map(
      ({ vector, decide }) =>
        [`${vector.topic ?? ''} ${vector.id}: ${vector.why ?? ''}`, vector, decide] as const,
    ),
  )('%s', (_title, { expect: expected = {} }, decide) => {
    const decision = decide();
    expect({ mismatches: mismatches(decision, expected), decision }).toMatchObject({ mismatches: [] });
    const { outcome, cites = [], citesAny = [] } = expected;
    const named = new Set([...cites, ...citesAny]);
    const carries = decision.findings.filter(({ effect }) => effect === outcome).map(({ rule }) => rule);
    if (named.size > 0 && outcome !== undefined && outcome !== 'permit')
      expect(carries.filter((rule) => named.has(rule))).not.toEqual([]);
    const misused = decision.findings.filter(
      ({ text, effect }) => !(effectsOf.get(text) ?? NAMED_ONLY).has(effect),
    );
    expect(misused).toEqual([]);
    // Ours name every rule that a decision rests on, no more and no fewer.
    if (!name.endsWith('contract')) expect(rulesOf(decision).sort()).toEqual([...named].sort());
  });
});

/** Every place of the law, with how many of the cases meet it there and how many do not. */
function coverage() {
  const decided = vectors.map(({ vector, decide }) => ({ vector, decision: decide() }));
  const shown = new Map<unknown, Set<string>>();
  for (const [index, { decision }] of decided.entries())
    for (const { text, effect } of decision.findings) {
      const cases = shown.get(text) ?? new Set<string>();
      shown.set(text, cases.add(`${String(index)} ${effect}`));
    }
  const obliged = new Map<string, number>();
  for (const { decision } of decided)
    for (const rule of new Set(decision.obligations.map((obligation) => obligation.rule)))
      obliged.set(rule, (obliged.get(rule) ?? 0) + 1);
  /** Cases that name the instrument. */
  const concerned = new Map(
    LAW.instruments.map(({ id }) => [
      id,
      decided.filter(({ vector }) => JSON.stringify(vector.input).includes(`"${id}"`)).length,
    ]),
  );
  return provisionsIn(LAW).map((placed) => {
    const { provision, effects } = placed;
    const cases = [...(shown.get(provision.text) ?? [])];
    const count = (wanted: readonly string[]): number =>
      cases.filter((key) => wanted.some((effect) => key.endsWith(` ${effect}`))).length;
    // What binds is met where it binds and unmet where it does not; other rules are met where they are found.
    if (placed.place.startsWith('binding') && effects.includes('permit'))
      return { ...placed, met: count(['permit']), unmet: count(['deny']) };
    const found = count(effects);
    const met = found > 0 || !effects.includes('obligation') ? found : (obliged.get(provision.cite) ?? 0);
    const { instrument } = placed;
    const about = instrument === 'valise' ? decided.length : (concerned.get(instrument) ?? 0);
    return { ...placed, met, unmet: about - met };
  });
}

describe('the articles', () => {
  let counted: ReturnType<typeof coverage> | undefined;
  const table = () => (counted ??= coverage());

  it('are each reached by a case that meets the rule and by one that does not', () => {
    const missing = table()
      .filter(({ met, unmet }) => met === 0 || unmet === 0)
      .map(({ instrument, place, provision }) => `${instrument} ${place} ${provision.cite}`);
    expect(missing).toEqual([]);
  });

  it('are told in a table', () => {
    const rows = new Map<string, { rules: number; met: number; unmet: number }>();
    for (const { provision, met, unmet } of table()) {
      const row = rows.get(provision.cite) ?? { rules: 0, met: Infinity, unmet: Infinity };
      rows.set(provision.cite, {
        rules: row.rules + 1,
        met: Math.min(row.met, met),
        unmet: Math.min(row.unmet, unmet),
      });
    }
    const lines = [...rows].map(
      ([cite, { rules, met, unmet }]) =>
        `${cite.padEnd(34)}${String(rules).padStart(3)} rules${String(met).padStart(6)} cases with effect${String(unmet).padStart(6)} without`,
    );
    process.stdout.write(`${lines.sort().join('\n')}\n`);
    expect(rows.size).toBeGreaterThan(100);
  });
});
