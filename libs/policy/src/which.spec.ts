import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  OUTCOMES,
  compileRegister,
  decide,
  decisionFileSchema,
  intendedSchema,
  which,
  type Intended,
} from './index.js';

const file = decisionFileSchema.parse(
  JSON.parse(readFileSync(new URL('../../../test/vectors/decisions/contract.json', import.meta.url), 'utf8')),
);
const register = compileRegister(file.register);

const intended: Intended = {
  action: 'send',
  at: '2026-03-10T09:00:00Z',
  from: 'kz-knb',
  to: 'by-kgb',
  channel: 'bus',
  message: {
    type: 'request',
    urgent: false,
    language: 'ru',
    level: 'open',
    form: null,
    offence: null,
    contents: [],
    signatures: [{ by: 'head' }, { seal: 'authority' }],
    grounds: null,
    refusal: null,
    nexus: null,
    releaseDecision: null,
  },
  case: null,
  under: {
    'cis-it-crime-2018': {
      form: '5.b',
      offence: ['3.1.a'],
      contents: ['6.3.a', '6.3.b', '6.3.c', '6.3.d', '6.3.e', '6.3.g'],
      nexus: 'citizen',
    },
  },
};
const outcomes = (answer: ReturnType<typeof which>) =>
  Object.fromEntries(answer.map(({ instrument, outcome }) => [instrument, outcome]));

describe('which', () => {
  it('puts the instrument first that carries the message in its own codes, and says why the others do not', () => {
    const answer = which(register, intended);
    expect(answer.map(({ instrument }) => instrument)).toHaveLength(4);
    expect(answer[0]).toMatchObject({ instrument: 'cis-it-crime-2018', outcome: 'permit' });
    for (const { outcome, instrument, findings } of answer.slice(1)) {
      expect(outcome).toBe('deny');
      expect(findings.some(({ effect, rule }) => effect === 'deny' && rule.startsWith(instrument))).toBe(
        true,
      );
    }
  });

  it('denies codes that are foreign to an instrument, by that instrument', () => {
    const { under, ...rest } = intended;
    const codes = { ...rest, message: { ...rest.message, ...under?.['cis-it-crime-2018'] } } as Intended;
    const csto = which(register, codes).find(({ instrument }) => instrument === 'csto-infosphere-2014');
    expect(csto?.outcome).toBe('deny');
    expect(outcomes(which(register, codes))['cis-it-crime-2018']).toBe('permit');
  });

  it('says of each instrument what decide says, whatever instrument is named, best first', () => {
    const messages = file.cases.flatMap(({ input }) => (input.action === 'send' ? [input] : []));
    fc.assert(
      fc.property(fc.constantFrom(...messages), (action) => {
        const answer = which(register, action);
        expect(which(register, { ...action, instrument: null })).toEqual(answer);
        for (const { instrument, ...decision } of answer)
          expect(decision).toEqual(decide(register, { ...action, instrument }));
        const ranks = answer.map(({ outcome, findings, obligations }) => [
          OUTCOMES.indexOf(outcome),
          findings.filter(({ effect }) => effect === 'warn').length,
          obligations.length,
        ]);
        const inOrder = [...ranks].sort(
          (a, b) => Number(a[0]) - Number(b[0]) || Number(a[1]) - Number(b[1]) || Number(a[2]) - Number(b[2]),
        );
        expect(ranks).toEqual(inOrder);
      }),
      { numRuns: 150 },
    );
  });

  it('breaks ties in the order of the catalogue', () => {
    const nobody = which(register, { ...intended, to: 'xx-nobody', under: null });
    expect(nobody.map(({ instrument }) => instrument)).toEqual([
      'cis-it-crime-2018',
      'csto-infosphere-2014',
      'cis-infosec-2013',
      'cis-counterterror-2017',
    ]);
  });

  it.each(
    Object.entries({
      form: '5.b',
      offence: ['3.1.a'],
      contents: ['6.3.a'],
      nexus: 'citizen',
      procedural: true,
      otherTreaty: 'channel',
      releaseDecision: true,
    }),
  )('takes %s in an instrument’s own words, and leaves what it does not say', (field, value) => {
    const own = { ...intended, under: { 'cis-it-crime-2018': { [field]: value } } };
    expect(intendedSchema.parse(own)).toEqual(own);
    const silent = { ...intended, under: { 'cis-it-crime-2018': { [field]: undefined } } } as Intended;
    expect(which(register, silent)).toEqual(which(register, { ...intended, under: null }));
  });

  it.each([
    ['an unknown field', { ...intended, colour: 'red' }, []],
    ['an unknown instrument', { ...intended, under: { 'cis-trade-1994': {} } }, ['under']],
    ['one without rules of exchange', { ...intended, under: { 'cis-secrets-1993': {} } }, ['under']],
    [
      'a field that is common to all',
      { ...intended, under: { 'cis-it-crime-2018': { level: 'open' } } },
      ['under', 'cis-it-crime-2018'],
    ],
    ['another action', { ...intended, action: 'use' }, ['action']],
  ])('refuses %s', (_, input, path) => {
    const parsed = intendedSchema.safeParse(input);
    expect(parsed.error?.issues[0]?.path.slice(0, path.length)).toEqual(path);
  });
});
