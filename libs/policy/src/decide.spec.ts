import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  OUTCOMES,
  actionSchema,
  compileRegister,
  decide,
  decisionFileSchema,
  type Decision,
  type SendAction,
} from './index.js';

const file = decisionFileSchema.parse(
  JSON.parse(readFileSync(new URL('../../../test/vectors/decisions/contract.json', import.meta.url), 'utf8')),
);
const register = compileRegister(file.register);
const actions = file.cases.map(({ input }) => input);
const anyAction = fc.constantFrom(...actions);
const strictness = ({ outcome }: Decision): number => OUTCOMES.indexOf(outcome);

const request: SendAction = {
  action: 'send',
  at: '2026-03-10T09:00:00Z',
  instrument: 'cis-it-crime-2018',
  from: 'kz-knb',
  to: 'by-mvd',
  channel: 'bus',
  message: {
    type: 'request',
    urgent: false,
    language: 'kk',
    level: 'open',
    form: '5.b',
    offence: ['3.1.a', '3.1.b'],
    contents: ['6.3.a', '6.3.b', '6.3.c', '6.3.d', '6.3.e', '6.3.g'],
    signatures: [{ by: 'deputy-head' }, { seal: 'authority' }],
    grounds: null,
    refusal: null,
    nexus: 'citizen',
    releaseDecision: false,
  },
  case: null,
};
const inCase = {
  initiator: 'by-mvd',
  receivedAt: '2026-03-02T08:00:05Z',
  sentAt: '2026-03-02T08:00:00Z',
  confirmed: true,
  deadline: null,
  confidentialityAsked: false,
};

function ask(change: Partial<SendAction>, message: Partial<SendAction['message']> = {}): Decision {
  return decide(register, { ...request, ...change, message: { ...request.message, ...message } });
}
const rules = (decision: Decision): string[] => decision.findings.map(({ rule }) => rule);

describe('decide', () => {
  it('permits by naming every article that a request of 2018 rests on', () => {
    const decision = ask({});
    expect(decision).toMatchObject({ outcome: 'permit', obligations: [] });
    expect(rules(decision)).toEqual(
      expect.arrayContaining(
        ['#17.1', '#4.1', '#6.1', '#5.b', '#6.4.a', '#6.2.2'].map((a) => `cis-it-crime-2018${a}`),
      ),
    );
  });

  it('names all that is wrong at once', () => {
    const decision = ask(
      { to: 'ru-rfm' },
      { form: '5.z', offence: '3.1.z', contents: ['6.3.f', '6.3.z'], signatures: [], nexus: null },
    );
    expect(decision.outcome).toBe('deny');
    expect(rules(decision)).toEqual(
      expect.arrayContaining(
        ['#4.2', '#5', '#3.1', '#6.3', '#6.3.a', '#6.3.g', '#6.4.a']
          .map((a) => `cis-it-crime-2018${a}`)
          .concat('valise#seal'),
      ),
    );
  });

  it.each([
    ['an unknown instrument', () => ask({ instrument: 'cis-trade-1994' }), 'valise#no-rule'],
    [
      'an instrument without rules of exchange',
      () => ask({ instrument: 'cis-computer-crime-2001' }),
      'valise#no-rule',
    ],
    ['an unknown receiver', () => ask({ to: 'xx-nobody' }), 'cis-it-crime-2018#4.2'],
    ['oneself', () => ask({ to: 'kz-knb' }), 'cis-it-crime-2018#4.2'],
    ['an authority of the own state', () => ask({ to: 'kz-mvd' }), 'cis-it-crime-2018#4.1'],
    ['no form', () => ask({}, { form: null }), 'cis-it-crime-2018#5'],
    ['an empty list of offences', () => ask({}, { offence: [] }), 'cis-it-crime-2018#3.1'],
    ['blank grounds', () => ask({}, { type: 'spontaneous', grounds: '  ' }), 'cis-it-crime-2018#6.1'],
    ['a standing request', () => ask({}, { type: 'standing-request' }), 'cis-it-crime-2018#6.1'],
    ['a result without a request', () => ask({}, { type: 'result' }), 'valise#no-rule'],
    [
      'a result of the requester',
      () => ask({ case: { ...inCase, initiator: 'kz-knb' } }, { type: 'result' }),
      'valise#no-rule',
    ],
    [
      'a confirmation of the requested side',
      () => ask({ case: inCase }, { type: 'confirmation' }),
      'valise#no-rule',
    ],
    [
      'an unsigned confirmation, urgent or not',
      () =>
        ask(
          { case: { ...inCase, initiator: 'kz-knb' } },
          { type: 'confirmation', urgent: true, signatures: [{ seal: 'authority' }] },
        ),
      'cis-it-crime-2018#6.4.a',
    ],
    [
      'a postponement without its ground',
      () => ask({ case: inCase }, { type: 'postponement' }),
      'cis-it-crime-2018#7.6',
    ],
    [
      'a use of nothing',
      () =>
        decide(register, {
          action: 'use',
          at: request.at,
          by: 'kz-knb',
          purpose: {
            instrument: 'cis-it-crime-2018',
            activity: 'investigation',
            offences: 'any',
            caseId: null,
          },
          items: [],
          consents: [],
        }),
      'valise#no-rule',
    ],
    [
      'a disclosure under 2013, which says nothing of it',
      () =>
        decide(register, {
          action: 'disclose',
          at: request.at,
          instrument: 'cis-infosec-2013',
          requester: 'kz-knb',
          by: 'ru-fsb',
          to: 'ru-rfm',
          confidentialityAsked: true,
          consents: [],
        }),
      'valise#no-rule',
    ],
  ])('denies %s and says by which rule', (_title, decided, rule) => {
    const { outcome, findings } = decided();
    expect(outcome).toBe('deny');
    expect(findings).toContainEqual(expect.objectContaining({ rule, effect: 'deny' }));
  });

  it('lets an unsigned urgent request go ahead with the duty to confirm it, with and without an arrangement', () => {
    const unsigned = { urgent: true, signatures: [{ seal: 'authority' as const }] };
    const duty = [{ do: 'confirm-in-writing', by: '2026-03-13T09:00:00Z', rule: 'cis-it-crime-2018#6.2.1' }];
    expect(ask({}, unsigned)).toMatchObject({ outcome: 'permit', obligations: duty });
    expect(ask({ from: 'kz-mvd' }, unsigned)).toMatchObject({ outcome: 'permit', obligations: duty });
    expect(ask({}, { urgent: true })).toMatchObject({ outcome: 'permit', obligations: [] });
  });

  it('sends a result without an arrangement off the bus', () => {
    expect(ask({ from: 'kz-mvd', case: inCase }, { type: 'result' })).toMatchObject({ outcome: 'off-bus' });
    expect(ask({ from: 'kz-mvd', case: inCase, channel: 'off-bus' }, { type: 'result' })).toMatchObject({
      outcome: 'permit',
    });
  });

  it('keeps a state secret off the bus where any agreement binds both, and everywhere else out', () => {
    expect(ask({}, { level: 'secret' })).toMatchObject({ outcome: 'off-bus' });
    expect(ask({ to: 'uz-sgb' }, { level: 'secret' })).toMatchObject({ outcome: 'deny' });
  });

  it('warns of a refusal on a ground that the instrument lacks, and lets it go', () => {
    const decision = ask(
      { case: inCase },
      { type: 'refusal', refusal: { grounds: ['not-compliant'], reasons: false, extent: 'full' } },
    );
    expect(decision.outcome).toBe('permit');
    expect(decision.findings.filter(({ effect }) => effect === 'warn').map(({ rule }) => rule)).toEqual([
      'cis-it-crime-2018#11.1',
      'cis-it-crime-2018#14',
    ]);
  });

  describe('reads the silent places with care', () => {
    const csto = { instrument: 'csto-infosphere-2014', from: 'by-kgb', to: 'ru-fsb' };
    const obrashchenie = {
      language: 'ru',
      form: '5.1',
      offence: '3.1.c',
      contents: ['6.2.a', '6.2.b', '6.2.c', '6.2.d', '6.2.e'],
      urgent: true,
    };

    it('opens the urgent way of CSTO #6.4 only for the crimes that it speaks of', () => {
      expect(ask(csto, obrashchenie)).toMatchObject({
        outcome: 'permit',
        obligations: [{ do: 'confirm-in-writing' }, { do: 'execute' }],
      });
      expect(ask(csto, { ...obrashchenie, offence: null })).toMatchObject({ outcome: 'off-bus' });
    });

    it.each([
      [null, ['csto-infosphere-2014#6.4']],
      ['an attack is being prepared', []],
    ])('warns about a request that does not say why it is urgent (CSTO #6.4): %s', (grounds, warned) => {
      const { outcome, findings } = ask(csto, { ...obrashchenie, grounds });
      expect(outcome).toBe('permit');
      expect(findings.filter(({ effect }) => effect === 'warn').map(({ rule }) => rule)).toEqual(warned);
    });

    it('sends what is passed on to an unlisted body of the own state off the bus (CSTO #7.4)', () => {
      const forwarded = { ...obrashchenie, type: 'forwarded', urgent: false, contents: [] } as const;
      const passing = { ...csto, to: 'by-mvd', case: { ...inCase, initiator: 'ru-fsb' } };
      expect(ask(passing, { ...forwarded, contents: [] })).toMatchObject({ outcome: 'off-bus' });
      expect(ask({ ...passing, channel: 'off-bus' }, { ...forwarded, contents: [] })).toMatchObject({
        outcome: 'permit',
      });
      expect(ask({ ...passing, to: 'am-nss' }, { ...forwarded, contents: [] })).toMatchObject({
        outcome: 'deny',
      });
    });

    const counterterror = { instrument: 'cis-counterterror-2017', from: 'kz-knb', to: 'cis-atc' };
    const query = {
      language: 'ru',
      form: '2',
      offence: null,
      contents: ['8.1.a', '8.1.b', '8.1.c', '8.1.d'],
    };

    it('requires the criteria of a standing request (2017 #7.1.b)', () => {
      expect(ask(counterterror, { ...query, type: 'standing-request', grounds: null })).toMatchObject({
        outcome: 'deny',
      });
      expect(
        ask(counterterror, { ...query, type: 'standing-request', grounds: 'any new entry' }),
      ).toMatchObject({ outcome: 'permit' });
    });

    it('warns an organ that refuses for a state’s reasons (2017 #8.3)', () => {
      const refusing = {
        ...counterterror,
        from: 'cis-atc',
        to: 'kz-knb',
        case: { ...inCase, initiator: 'kz-knb' },
      };
      const refusal = {
        ...query,
        type: 'refusal',
        contents: [],
        refusal: { grounds: ['national-interests'], reasons: true, extent: 'full' },
      } as const;
      const warned = ask(refusing, {
        ...refusal,
        contents: [],
        refusal: { ...refusal.refusal, grounds: ['national-interests'] },
      });
      expect(warned.outcome).toBe('permit');
      expect(warned.findings.filter(({ effect }) => effect === 'warn').map(({ rule }) => rule)).toContain(
        'cis-counterterror-2017#8.3',
      );
    });
  });

  it('never decides without a rule', () => {
    for (const action of actions) {
      const decision = decide(register, action);
      expect(decision.findings.length).toBeGreaterThan(0);
      expect(decision.findings.some(({ effect }) => effect === decision.outcome)).toBe(true);
    }
  });

  it('gives the same answer for every order of its lists', () => {
    const shuffled = compileRegister({
      events: [...file.register.events].reverse(),
      authorities: [...file.register.authorities].reverse(),
      arrangements: [...file.register.arrangements].reverse(),
      agreements: [...(file.register.agreements ?? [])].reverse(),
      channels: [...file.register.channels].reverse(),
    });
    fc.assert(
      fc.property(anyAction, fc.infiniteStream(fc.nat()), (action, numbers) => {
        const reordered = actionSchema.parse(reorder(action, () => numbers.next().value as number));
        expect(decide(shuffled, reordered)).toEqual(decide(register, action));
      }),
    );
  });

  it('is never loosened by taking a consent away, raising an item’s level or adding a source', () => {
    const holding = actions.filter((action) => 'items' in action && (action.items?.length ?? 0) > 0);
    const added = {
      id: 'added',
      instrument: 'cis-it-crime-2018',
      provider: 'am-nss',
      receiver: 'kz-knb',
      level: 'open',
      purposes: [],
      conditions: [],
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...holding),
        fc.nat(),
        fc.constantFrom('restricted', 'secret', 'top-secret', 'special-importance'),
        (action, n, level) => {
          const before = strictness(decide(register, action));
          const lists = action as { items?: Record<string, unknown>[]; consents?: unknown[] };
          const items = lists.items ?? [];
          const consents = lists.consents ?? [];
          const variants: unknown[] = [
            {
              ...action,
              consents: consents.filter((_, index) => index !== n % Math.max(1, consents.length)),
            },
            { ...action, items: [...items, added] },
            {
              ...action,
              items: items.map((item, index) =>
                index === n % items.length && item.level === 'open' ? { ...item, level } : item,
              ),
            },
          ];
          for (const variant of variants)
            expect(strictness(decide(register, actionSchema.parse(variant)))).toBeGreaterThanOrEqual(before);
        },
      ),
    );
  });

  it('refuses unknown fields, naming the place', () => {
    const result = actionSchema.safeParse({ ...request, message: { ...request.message, colour: 'red' } });
    expect(result.error?.issues[0]?.path).toEqual(['message']);
  });
});

/** The same value with every array in another order, but for pairs whose order is theirs. */
function reorder(value: unknown, next: () => number): unknown {
  if (Array.isArray(value)) {
    return value
      .map((element) => ({ element: reorder(element, next), key: next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ element }) => element);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([key, member]) => [key, reorder(member, next)]),
  );
}
