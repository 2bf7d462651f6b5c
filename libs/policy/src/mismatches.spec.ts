import {
  decisionFileSchema,
  expectationSchema,
  mismatches,
  type Decision,
  type Expectation,
} from './index.js';

const text = { ru: 'а', kk: 'б', en: 'c' };
const decision: Decision = {
  outcome: 'consent-required',
  findings: [
    { rule: 'x#1', basis: 'explicit', effect: 'consent-required', text, about: ['i1'] },
    { rule: 'x#2', basis: 'explicit', effect: 'permit', text, about: [] },
  ],
  consentFrom: ['kz-a', 'by-a'],
  obligations: [
    { do: 'execute', by: '2026-04-09T21:00:00Z', rule: 'x#3' },
    { do: 'observe-condition', condition: 'no copies', rule: 'x#4' },
  ],
};

describe('what a case expects of its decision', () => {
  it.each<[string, Expectation]>([
    ['nothing', {}],
    ['the outcome', { outcome: 'consent-required' }],
    ['rules of findings and of obligations', { cites: ['x#1', 'x#2', 'x#4'] }],
    ['one rule of several', { citesAny: ['x#9', 'x#3'] }],
    ['any of no rules', { citesAny: [] }],
    ['whom to ask, in any order, named twice or not', { consentFrom: ['by-a', 'kz-a', 'by-a'] }],
    ['a duty on the keys given', { obligations: [{ do: 'execute' }, { rule: 'x#4' }, {}] }],
    ['a key without a value', { obligations: [{ do: 'execute', by: undefined, condition: undefined }] }],
    ['the same moment in other words', { obligations: [{ by: '2026-04-09T21:00:00.000Z' }] }],
    ['a condition', { obligations: [{ condition: 'no copies', rule: 'x#4' }] }],
  ])('is there: %s', (_, expected) => {
    expect(mismatches(decision, expected)).toEqual([]);
  });

  it.each<[string, Expectation, RegExp[]]>([
    ['another outcome', { outcome: 'deny' }, [/^outcome: .*deny.*consent-required/]],
    ['rules', { cites: ['x#1', 'x#8', 'x#9'] }, [/^cites: x#8/, /^cites: x#9/]],
    ['any of some rules', { citesAny: ['x#8', 'x#9'] }, [/^citesAny: .*x#8, x#9/]],
    ['that fewer be asked', { consentFrom: ['kz-a'] }, [/^consentFrom: .*\[kz-a\].*\[by-a, kz-a\]/]],
    ['that nobody be asked', { consentFrom: [] }, [/^consentFrom/]],
    [
      'another moment',
      { obligations: [{ do: 'execute', by: '2026-04-09T21:00:01Z' }] },
      [/^obligations: .*21:00:01/],
    ],
    [
      'a duty that is half of one and half of another',
      { obligations: [{ do: 'execute', rule: 'x#4' }] },
      [/^obl/],
    ],
    [
      'a moment of what has none',
      { obligations: [{ condition: 'no copies', by: '2026-04-09T21:00:00Z' }] },
      [/^obl/],
    ],
    ['two things', { outcome: 'permit', cites: ['x#9'] }, [/^outcome/, /^cites/]],
  ])('is missed: %s', (_, expected, told) => {
    const found = mismatches(decision, expected);
    expect(found).toHaveLength(told.length);
    for (const [index, line] of found.entries()) expect(line).toMatch(told[index] ?? '');
  });

  it('is met by whom nobody asks, in one order or another', () => {
    const nobody = { ...decision, consentFrom: [] };
    expect(mismatches(nobody, { consentFrom: [] })).toEqual([]);
    expect(
      mismatches({ ...decision, consentFrom: ['by-a', 'kz-a'] }, { consentFrom: ['kz-a', 'by-a'] }),
    ).toEqual([]);
  });
});

describe('a file of decisions', () => {
  const register = { events: [], authorities: [], arrangements: [], channels: [] };
  const input = { action: 'in-force', at: '2026-03-10T09:00:00Z', instrument: 'x', between: ['KZ'] };
  const file = (change: object): object => ({ register, cases: [{ id: '1', input, ...change }] });
  const isRead = (value: object): boolean => decisionFileSchema.safeParse(value).success;
  const long = (length: number): string => 'x'.repeat(length);

  it.each<[string, number, (text: string) => object]>([
    ['an id', 200, (id) => file({ id })],
    ['a topic', 200, (topic) => file({ topic })],
    ['a reason', 2000, (why) => file({ why })],
    ['a rule', 200, (rule) => file({ expect: { cites: [rule] } })],
    ['a rule of several', 200, (rule) => file({ expect: { citesAny: [rule] } })],
    ['a provider', 200, (provider) => file({ expect: { consentFrom: [provider] } })],
    ['what to do', 64, (duty) => file({ expect: { obligations: [{ do: duty }] } })],
    ['the rule of a duty', 200, (rule) => file({ expect: { obligations: [{ rule }] } })],
    ['a condition', 10_000, (condition) => file({ expect: { obligations: [{ condition }] } })],
  ])('bounds %s', (_, most, withText) => {
    expect(isRead(withText(long(most)))).toBe(true);
    expect(isRead(withText(long(most + 1)))).toBe(false);
    expect(isRead(withText('x'))).toBe(true);
  });

  it('holds cases with ids, and what is known of them', () => {
    expect(isRead(file({}))).toBe(true);
    expect(isRead({ register, cases: [] })).toBe(true);
    expect(isRead(file({ id: '' }))).toBe(false);
    expect(isRead(file({ colour: 'red' }))).toBe(false);
    expect(isRead({ register, cases: [], colour: 'red' })).toBe(false);
    expect(isRead({ cases: [] })).toBe(false);
  });

  it('expects what can be compared, a thousand at most', () => {
    const isExpected = (value: object): boolean => expectationSchema.safeParse(value).success;
    const many = (value: unknown, length: number): unknown[] => Array<unknown>(length).fill(value);
    for (const key of ['cites', 'citesAny', 'consentFrom']) {
      expect(isExpected({ [key]: many('x', 1000) })).toBe(true);
      expect(isExpected({ [key]: many('x', 1001) })).toBe(false);
    }
    expect(isExpected({ obligations: many({}, 1000) })).toBe(true);
    expect(isExpected({ obligations: many({}, 1001) })).toBe(false);
    expect(isExpected({ obligations: [{ colour: 'red' }] })).toBe(false);
    expect(isExpected({ outcome: 'allowed' })).toBe(false);
    expect(isExpected({ colour: 'red' })).toBe(false);
  });
});
