import { readFileSync, readdirSync } from 'node:fs';
import { LAW, registerSchema, type Instrument, type Law } from '#treaties';
import {
  AT,
  authority,
  itemOf,
  judge,
  notified,
  organ,
  rulesOf,
  send,
  transfer as transferOf,
} from '../testing/acts.js';
import { compileRegister, decide, decisionFileSchema, type Decision, type Effect } from './index.js';

/** Who the two are: strangers, organs, those that left the list, and whom an instrument binds. */

const FOLDER = new URL('../../../test/vectors/decisions/', import.meta.url).pathname;
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => decisionFileSchema.parse(JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8'))));

const CLEARED = { 'cis-secrets-2013': 'secret' };
const book = registerSchema.parse({
  events: [
    ...notified(['KZ', 'BY', 'RU']),
    {
      instrument: 'cis-counterterror-2017',
      state: 'RU',
      event: 'withdrawal-notified',
      on: '2025-01-10',
      leavesOn: '2025-09-01',
    },
  ],
  authorities: [
    ...['kz-a', 'kz-b', 'by-a', 'ru-a'].map((id) => authority(id)),
    authority('kz-gone', { until: '2026-03-09' }),
    authority('by-new', { from: '2026-03-10', clearance: CLEARED }),
    authority('by-old', { until: '2026-03-09', clearance: CLEARED }),
    authority('by-unlisted', { instruments: ['cis-infosec-2013'], clearance: CLEARED }),
    organ('cis-centre'),
    organ('cis-bureau'),
    organ('cis-unlisted', { instruments: [] }),
  ],
  arrangements: [],
  agreements: [
    { id: 'kz-by-treaty', kind: 'legal-assistance', between: ['KZ', 'BY'], from: '2016-01-01', until: null },
  ],
  channels: [],
});
const register = compileRegister(book);
const judged = (action: object, by = register): Decision => judge(by, action);
const rules = (decision: Decision, effect?: Effect): string[] => [...new Set(rulesOf(decision, effect))];

const item = itemOf({ instrument: 'cis-counterterror-2017', provider: 'kz-a', receiver: 'by-a' });
const transfer = (change: object): object => transferOf({ items: [item], ...change });

describe('a stranger to the register', () => {
  const sent = files.flatMap(({ register: of, cases }) => {
    const ready = compileRegister(of);
    return cases.flatMap(({ id, input }) => (input.action === 'send' ? [{ id, ready, input }] : []));
  });

  it('sends nothing, and gets nothing but what is passed on to a body of the own state', () => {
    const permitted = sent.flatMap(({ id, ready, input }) => {
      const outcomes = [
        { from: 'xx-nobody' },
        { from: 'xx-nobody', to: 'xx-other' },
        { to: 'xx-nobody' },
      ].map((change) => decide(ready, { ...input, ...change }).outcome);
      const lawful = input.message.type === 'forwarded' ? outcomes.slice(0, 2) : outcomes;
      return lawful.every((outcome) => outcome === 'deny') ? [] : [id];
    });
    expect(sent.length).toBeGreaterThan(1000);
    expect(permitted).toEqual([]);
  });

  it.each(['cis-it-crime-2018', 'csto-infosphere-2014', 'cis-infosec-2013', 'cis-counterterror-2017'])(
    'has no part in a state secret under %s',
    (instrument) => {
      for (const change of [{ from: 'xx-nobody' }, { to: 'xx-nobody' }, { from: 'xx-a', to: 'xx-b' }]) {
        expect(judged(send({ instrument, ...change }, { level: 'secret' })).outcome).toBe('deny');
        const items = [
          { ...item, instrument, provider: 'from' in change ? change.from : 'kz-a', level: 'secret' },
        ];
        const off = transfer({ instrument, ...change, items, level: 'secret', channel: 'off-bus' });
        expect(judged(off).outcome).toBe('deny');
      }
    },
  );

  it('leaves no duty and no term behind', () => {
    expect(judged(send({ to: 'xx-nobody' }, { type: 'request' }))).toMatchObject({
      outcome: 'deny',
      obligations: [],
    });
  });
});

describe('an unknown instrument, or one that says nothing of exchange', () => {
  const acts = (instrument: string): object[] => [
    send({ instrument }),
    transfer({ instrument }),
    transfer({ instrument, channel: 'off-bus' }),
    { ...transfer({ items: [{ ...item, instrument }] }), channel: 'off-bus' },
    { action: 'use', at: AT, by: 'by-a', items: [{ ...item, instrument }], consents: [] },
    {
      ...{ action: 'disclose', at: AT, instrument, requester: 'kz-a', by: 'kz-a', to: 'by-a' },
      ...{ confidentialityAsked: false, consents: [] },
    },
  ];
  it.each(['cis-trade-1994', 'cis-computer-crime-2001'])('allows nothing: %s', (instrument) => {
    for (const act of acts(instrument)) {
      const decision = judged(act);
      expect([decision.outcome, rules(decision, 'deny')]).toEqual(['deny', ['valise#no-rule']]);
    }
  });

  it('allows nothing of what came under it, whatever is allowed beside', () => {
    const unknown = { ...item, id: 'i2', instrument: 'cis-trade-1994' };
    const { outcome, findings } = judged(transfer({ items: [item, unknown] }));
    expect(outcome).toBe('deny');
    const denied = findings.filter(({ effect }) => effect === 'deny');
    expect(denied).toMatchObject([{ rule: 'valise#no-rule', about: ['i2'] }]);
  });

  it('is in force for nobody where nothing names it', () => {
    const asked = { action: 'in-force', at: AT, instrument: 'cis-trade-1994', between: ['KZ'] };
    expect(rules(judged(asked))).toEqual(['valise#no-rule']);
    expect(rules(judged({ ...asked, instrument: 'kz-by-treaty' }))).toEqual(['kz-by-treaty']);
  });
});

describe('a transfer on the bus', () => {
  it('is of something, to somebody else', () => {
    for (const channel of ['bus', 'off-bus'])
      for (const change of [{ items: [] }, { to: 'kz-a' }]) {
        const decision = judged(transfer({ channel, ...change }));
        expect([decision.outcome, rules(decision)]).toEqual(['deny', ['valise#no-rule']]);
      }
  });

  it('is between two that are listed', () => {
    const permitted = judged(transfer({}));
    expect(permitted.outcome).toBe('permit');
    const listing = 'cis-counterterror-2017#5.1';
    for (const change of [{ to: 'by-unlisted' }, { to: 'xx-nobody' }, { from: 'kz-gone' }]) {
      const decision = judged(transfer({ ...change, items: [{ ...item, provider: 'kz-gone' }, item] }));
      expect(decision.outcome).toBe('deny');
      expect(rules(decision, 'deny')).toContain(listing);
    }
  });

  it('is with an organ only where organs take part, and says so in words of its own', () => {
    const operations = LAW.instruments.find(({ id }) => id === 'cis-counterterror-2017')?.exchange
      ?.operations;
    const listed = operations?.find(({ op }) => op === 'listed');
    const words = listed?.op === 'listed' ? [listed.unmet.text, listed.organ?.unmet.text] : [];
    const told = (decision: Decision): unknown[] =>
      decision.findings.filter(({ text }) => words.includes(text)).map(({ text }) => words.indexOf(text));
    for (const pair of [{ to: 'cis-centre' }, { from: 'cis-centre' }]) {
      const items = [{ ...item, provider: 'from' in pair ? pair.from : 'kz-a' }];
      expect(judged(transfer({ ...pair, items })).outcome).toBe('permit');
      const under2018 = judged(transfer({ ...pair, items, instrument: 'cis-it-crime-2018' }));
      expect(rules(under2018, 'deny')).toEqual(['cis-it-crime-2018#4.2']);
    }
    expect(told(judged(transfer({ to: 'by-unlisted' })))).toEqual([0]);
    expect(told(judged(transfer({ to: 'cis-unlisted' })))).toEqual([1]);
    expect(
      told(judged(transfer({ from: 'cis-unlisted', items: [{ ...item, provider: 'cis-unlisted' }] }))),
    ).toEqual([1]);
  });

  it('takes no release decision for granted, and asks nothing for the sender’s own conditions', () => {
    const secret = {
      channel: 'off-bus',
      to: 'by-new',
      level: 'secret',
      items: [{ ...item, level: 'secret' }],
    };
    expect(judged(transfer(secret)).outcome).toBe('permit');
    for (const releaseDecision of [false, null])
      expect(judged(transfer({ ...secret, releaseDecision })).outcome).toBe('decision-required');
    const own = { items: [{ ...item, conditions: ['no copies'] }] };
    expect(judged(transfer(own)).obligations).toEqual([]);
    const given = judged(send({ ...own, consents: [] }, { type: 'spontaneous' })).obligations;
    expect(given).toMatchObject([{ do: 'observe-condition', condition: 'no copies' }]);
  });
});

describe('a secret', () => {
  it.each([
    ['by-new', '2026-03-10T00:00:00Z', 'permit'],
    ['by-new', '2026-03-09T23:59:59.999Z', 'deny'],
    ['by-old', '2026-03-09T23:59:59.999Z', 'permit'],
    ['by-old', '2026-03-10T00:00:00Z', 'deny'],
    ['by-a', AT, 'deny'],
  ])('goes to %s at %s: %s', (to, at, outcome) => {
    const act = transfer({
      to,
      at,
      channel: 'off-bus',
      level: 'secret',
      items: [{ ...item, level: 'secret' }],
    });
    expect(judged(act).outcome).toBe(outcome);
  });

  it('goes off the bus under 2018 with a warning, unless the receiver is cleared', () => {
    const warned = (to: string): string[] =>
      rules(
        judged(
          send({ instrument: 'cis-it-crime-2018', to, channel: 'off-bus' }, { level: 'secret', form: '5.d' }),
        ),
        'warn',
      );
    expect(warned('by-new')).not.toContain('cis-it-crime-2018#13');
    expect(warned('by-a')).toContain('cis-it-crime-2018#13');
  });
});

describe('what goes on after a party has left', () => {
  const afterwards = (change: object, type = 'consent-request'): Decision => judged(send(change, { type }));

  it('is what concerns what was given, from the list as it last was', () => {
    const decision = afterwards({ to: 'ru-a' });
    expect(decision.outcome).toBe('permit');
    expect(rules(decision, 'warn')).toContain('cis-counterterror-2017#18');
    expect(afterwards({ from: 'ru-a' }).outcome).toBe('permit');
    expect(afterwards({ to: 'ru-a' }, 'consultation').outcome).toBe('deny');
  });

  it('is not what comes from one that left the list of a party, or that never was on one', () => {
    for (const change of [
      { from: 'kz-gone' },
      { from: 'kz-gone', at: '2026-03-10T00:00:00Z' },
      { to: 'by-unlisted' },
      { to: 'xx-nobody' },
      { from: 'cis-unlisted' },
    ])
      expect(afterwards(change).outcome).toBe('deny');
  });

  it('is between a party that left and an organ, but not between two organs', () => {
    expect(afterwards({ from: 'ru-a', to: 'cis-centre' }).outcome).toBe('permit');
    expect(afterwards({ from: 'cis-centre', to: 'ru-a' }).outcome).toBe('permit');
    const organs = afterwards({ from: 'cis-centre', to: 'cis-bureau' });
    expect(rules(organs)).not.toContain('valise#continuing');
    expect(rules(afterwards({}))).not.toContain('valise#continuing');
  });
});

describe('between two organs', () => {
  it('an instrument is in force from its first instant for anybody', () => {
    const early = (at: string): Decision => judged(send({ from: 'cis-centre', to: 'cis-bureau', at }));
    expect(early('2019-02-09T00:00:00Z').outcome).toBe('permit');
    expect(rules(early('2019-02-08T23:59:59.999Z'), 'deny')).toContain('cis-counterterror-2017#16');
  });
});

describe('another law', () => {
  const changed = (id: string, change: (instrument: Instrument) => Instrument): Law => ({
    ...LAW,
    instruments: LAW.instruments.map((instrument) =>
      instrument.id === id ? change(instrument) : instrument,
    ),
  });
  const exchangeOf = (id: string, change: (exchange: NonNullable<Instrument['exchange']>) => object): Law =>
    changed(id, (instrument) => ({
      ...instrument,
      exchange: instrument.exchange && { ...instrument.exchange, ...change(instrument.exchange) },
    }));

  it('that allows no messages of a type denies them', () => {
    const law = exchangeOf('cis-counterterror-2017', ({ operations }) => ({
      operations: operations.filter(({ op, on }) => op !== 'allow' || !on.includes('consultation')),
    }));
    const decision = judged(send({}), compileRegister(book, law));
    expect([decision.outcome, rules(decision, 'deny')]).toEqual(['deny', ['valise#no-rule']]);
    expect(judged(send({})).outcome).toBe('permit');
  });

  it('that has no rule on lists still gives nothing over the bus to whom it does not list', () => {
    const law = exchangeOf('cis-counterterror-2017', ({ operations }) => ({
      operations: operations.filter(({ op }) => op !== 'listed'),
    }));
    const unruled = compileRegister(book, law);
    expect(judged(transfer({}), unruled).outcome).toBe('permit');
    expect(rules(judged(transfer({ to: 'by-unlisted' }), unruled), 'deny')).toEqual(['valise#no-rule']);
  });

  it('that says its rules in another order decides the same', () => {
    const law = {
      ...LAW,
      instruments: LAW.instruments.map((instrument): Instrument => ({
        ...instrument,
        exchange: instrument.exchange && {
          ...instrument.exchange,
          operations: [...instrument.exchange.operations].reverse(),
        },
      })),
    };
    const reversed = compileRegister(book, law);
    for (const act of [send({}), send({ to: 'xx-nobody' }), transfer({ to: 'by-unlisted' }), transfer({})]) {
      const [one, other] = [judged(act), judged(act, reversed)];
      expect(other.outcome).toBe(one.outcome);
      expect(rules(other).sort()).toEqual(rules(one).sort());
    }
  });

  it('that lets everything go on lets messages go on, and no transfers', () => {
    const law = exchangeOf('cis-counterterror-2017', ({ continuing }) => ({
      continuing: { ...continuing, on: 'all' },
    }));
    const lenient = compileRegister(book, law);
    expect(judged(send({ to: 'ru-a' }), lenient).outcome).toBe('permit');
    expect(judged(transfer({ to: 'ru-a' }), lenient).outcome).toBe('deny');
  });

  it('that replaces an agreement between the parties to both ends it there', () => {
    const rule = { cite: 'cis-infosec-2013#99', basis: 'explicit' as const, text: LAW.house.level.text };
    const law = changed('cis-infosec-2013', (instrument) => ({
      ...instrument,
      binding: { ...instrument.binding, replacedBy: { instrument: 'cis-it-crime-2018', rule } },
    }));
    const replaced = compileRegister(book, law);
    const act = send({ instrument: 'cis-infosec-2013' }, { form: '3.9' });
    expect(judged(act).outcome).toBe('permit');
    expect(rules(judged(act, replaced), 'deny')).toEqual([rule.cite]);
    const inForce = { action: 'in-force', at: AT, instrument: 'cis-infosec-2013' };
    expect(rules(judged({ ...inForce, between: ['BY', 'KZ'] }, replaced), 'deny')).toEqual([rule.cite]);
    expect(judged({ ...inForce, between: ['KZ'] }, replaced).outcome).toBe('permit');
  });
});
