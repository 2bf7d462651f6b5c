import { readFileSync, readdirSync } from 'node:fs';
import { LAW, provisionsIn } from '#treaties';
import { EFFECT_TEXTS, OUTCOMES, compileRegister, decide, decisionFileSchema, type Action } from './index.js';

/** What holds of every decision of the decision files, whatever it is about. */

const FOLDER = new URL('../../../test/vectors/decisions/', import.meta.url).pathname;
const cases = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => {
    const file = decisionFileSchema.parse(JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8')));
    const register = compileRegister(file.register);
    return file.cases.map(({ id, input }) => ({ id: `${name} ${id}`, register, action: input }));
  });
type Case = (typeof cases)[number];
const decided = ({ register, action }: Case, change: object = {}) =>
  decide(register, { ...action, ...change });
/** The cases of which something does not hold. */
const failing = (holds: (one: Case) => boolean): string[] =>
  cases.filter((one) => !holds(one)).map(({ id }) => id);

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, reversed(member)]));
}
const bytes = (value: unknown): string => JSON.stringify(value);
const isSorted = (list: readonly string[]): boolean => bytes([...new Set(list)].sort()) === bytes(list);
const itemsOf = (action: Action) => ('items' in action ? (action.items ?? []) : []);

describe('every decision', () => {
  it('has the strictest effect of its findings, each of them once', () => {
    const wrong = failing((one) => {
      const { outcome, findings } = decided(one);
      const strictest = OUTCOMES.findLast((effect) => findings.some((finding) => finding.effect === effect));
      const told = findings.map(({ rule, effect, text }) => bytes([rule, effect, text]));
      return outcome === strictest && new Set(told).size === told.length;
    });
    expect(wrong).toEqual([]);
  });

  it('does not depend on the order of lists', () => {
    expect(
      failing((one) => bytes(decided(one)) === bytes(decided(one, reversed(one.action) as object))),
    ).toEqual([]);
  });

  it('tells of all items and of no others, in order', () => {
    const wrong = failing((one) => {
      const ids = new Set(itemsOf(one.action).map(({ id }) => id));
      const { findings } = decided(one);
      const told = new Set(findings.flatMap(({ about }) => about));
      const wellFormed = findings.every(({ about }) => isSorted(about) && about.every((id) => ids.has(id)));
      const noExchange = findings.some(({ rule, about }) => rule === 'valise#no-rule' && about.length === 0);
      return wellFormed && (noExchange || told.size === ids.size);
    });
    expect(wrong).toEqual([]);
  });

  it('judges each item as if it were alone', () => {
    const several = cases.filter(({ action }) => itemsOf(action).length > 1);
    expect(several.length).toBeGreaterThan(10);
    for (const one of several) {
      const { findings } = decided(one);
      for (const item of itemsOf(one.action)) {
        const alone = decided(one, { items: [item] }).findings.filter(({ about }) => about.length > 0);
        const together = findings.filter(({ about }) => about.includes(item.id));
        const told = (list: typeof findings): string[] =>
          list.map(({ rule, effect, text }) => bytes([rule, effect, text]));
        expect(new Set(told(together))).toEqual(new Set(told(alone)));
      }
    }
  });

  it('asks whom it names, and leaves duties, only as far as its outcome goes', () => {
    const wrong = failing((one) => {
      const { outcome, consentFrom, obligations } = decided(one);
      const asks = outcome === 'consent-required';
      const terms = obligations.some((duty) => duty.do !== 'observe-condition');
      return (
        isSorted(consentFrom) &&
        consentFrom.length > 0 === asks &&
        (outcome === 'permit' || !terms) &&
        (outcome !== 'deny' || obligations.length === 0)
      );
    });
    expect(wrong).toEqual([]);
  });

  it('tells conditions while consent is still wanted, and none with a denial', () => {
    const outcomes = new Set<string>();
    for (const one of cases) {
      if (one.action.action !== 'use' || one.action.items.length === 0) continue;
      const by = 'am-nobody';
      const items = one.action.items.map((item) => ({ ...item, conditions: ['kept by all'] }));
      const { outcome, obligations } = decided(one, { by, items });
      outcomes.add(outcome);
      expect(obligations).toContainEqual(expect.objectContaining({ condition: 'kept by all' }));
      const unknown = [...items, { ...items[0], id: 'other', instrument: 'cis-trade-1994' }];
      expect(decided(one, { by, items: unknown })).toMatchObject({
        outcome: 'deny',
        obligations: [],
        consentFrom: [],
      });
    }
    expect([...outcomes].sort()).toEqual(['consent-required', 'permit']);
  });
});

describe('what is cited', () => {
  /** By the words of a provision, the places of the law where it stands. */
  const places = new Map<unknown, string[]>();
  for (const { provision, place } of provisionsIn(LAW))
    places.set(provision.text, [...(places.get(provision.text) ?? []), place]);
  const kindOf = ({ register }: Case, id: string): string | undefined =>
    register.authorities.get(id)?.[0]?.kind;
  const withOrgan = (one: Case): boolean =>
    [one.action].some((act) => 'from' in act && [act.from, act.to].some((id) => kindOf(one, id) === 'organ'));
  const byOrgan = (one: Case): boolean => 'from' in one.action && kindOf(one, one.action.from) === 'organ';
  const isSpontaneous = (one: Case): boolean =>
    itemsOf(one.action).some(({ spontaneous }) => spontaneous === true);
  const onBus = ({ action }: Case): boolean => 'channel' in action && action.channel === 'bus';

  it.each<[string, RegExp, (one: Case) => boolean]>([
    ['of the bus, on the bus', /\.way\.bus$/, onBus],
    ['of other ways, off the bus', /\.way\.offBus$/, (one) => !onBus(one)],
    ['of organs on the list, with an organ', /\.listed\.organ\./, withOrgan],
    ['of authorities on the list, without', /counter.*\.listed\.(met|unmet)$/, (one) => !withOrgan(one)],
    ['of what organs send, by an organ', /\.byOrgan$/, byOrgan],
    ['of what organs take part in, with one', /\.withOrgan$/, withOrgan],
    ['of an organ’s refusal, by an organ', /\.refusal-grounds\.organ\./, byOrgan],
    [
      'of confirmations, in one',
      /\.confirmation\./,
      ({ action }) => action.action === 'send' && action.message.type === 'confirmation',
    ],
    ['of spontaneous information, with some', /information\.spontaneous\./, isSpontaneous],
    [
      'of results, where not all is spontaneous',
      /2018.*information\.(purpose|onward)\./,
      (one) => itemsOf(one.action).some(({ spontaneous }) => spontaneous !== true),
    ],
  ])('is %s', (_, wanted, fits) => {
    let found = 0;
    const misplaced = failing((one) =>
      decided(one).findings.every(({ rule, text }) => {
        const at = places.get(text) ?? [];
        // What stands at several places says the same at all of them.
        if (at.length === 0 || !at.every((place) => wanted.test(`${rule} ${place}`))) return true;
        found += 1;
        return fits(one);
      }),
    );
    expect(misplaced).toEqual([]);
    expect(found).toBeGreaterThan(0);
  });
});

describe('the words of an effect', () => {
  it('are three languages’ own, one for each effect', () => {
    expect(Object.keys(EFFECT_TEXTS).sort()).toEqual([...OUTCOMES, 'warn'].sort());
    for (const language of ['ru', 'kk', 'en'] as const) {
      const words = Object.values(EFFECT_TEXTS).map((text) => text[language]);
      expect(words.every((word) => word.trim().length > 3)).toBe(true);
      expect(new Set(words).size).toBe(words.length);
      // To refuse is for an authority.
      expect(words.join()).not.toMatch(/отказ|бас тарт|refus/i);
    }
  });
});
