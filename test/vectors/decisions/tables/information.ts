import type { Action, DiscloseAction, TransferAction, UseAction } from '#policy';
import { NOW, type More, type Outcome, type Table } from './vector.js';

type Item = UseAction['items'][number];
type Consent = UseAction['consents'][number];

/** What an instrument says of received information, written down by hand from MATRIX section 6. */
export interface Law {
  readonly given: string;
  readonly consented: string;
  readonly wanted: string[];
  readonly writtenUse: boolean;
  readonly noThird: string;
  readonly passed: string[];
  readonly spontaneous: string[];
  readonly writtenOnward: boolean;
  readonly conditions: string;
  /** By what the limits of a consent bind: of one to a purpose, and of one to pass on. */
  readonly limits: string;
  readonly onwardLimits: string;
}

/** by-a gave it to kz-a, for the investigation of one offence in one case. */
export function information(table: Table, law: Law, offence: string[] | 'any' = ['3.1.a']): void {
  const { instrument } = table;
  const purpose = { instrument, activity: 'investigation' as const, offences: offence, caseId: 'KZ-77' };
  const other = { ...purpose, activity: 'prevention' as const };
  const item: Item = {
    id: 'i1',
    instrument,
    provider: 'by-a',
    receiver: 'kz-a',
    level: 'restricted',
    purposes: [purpose],
    conditions: [],
  };
  const consent: Consent = {
    id: 'c1',
    kind: 'purpose',
    by: 'by-a',
    to: 'kz-a',
    items: 'all',
    written: true,
    from: '2026-03-01T00:00:00Z',
    until: null,
    revokedAt: null,
    conditions: [],
    purposes: [other],
  };
  const onward: Consent = { ...consent, kind: 'onward-transfer', recipient: 'am-a', purposes: null };

  const use = (id: string, why: string, change: Partial<UseAction>, outcome: Outcome, cites: string[], more?: More): void => {
    const input: Action = {
      action: 'use',
      at: NOW,
      by: 'kz-a',
      purpose,
      items: [item],
      consents: [],
      ...change,
    };
    table.add('use', `use-${id}`, why, input, outcome, cites, more);
  };
  const pass = (id: string, why: string, change: Partial<TransferAction>, outcome: Outcome, cites: string[], more?: More): void => {
    const input: Action = {
      action: 'transfer',
      at: NOW,
      instrument,
      from: 'kz-a',
      to: 'am-a',
      channel: 'off-bus',
      level: 'restricted',
      releaseDecision: false,
      items: [item],
      consents: [],
      ...change,
    };
    table.add('transfer', `transfer-${id}`, why, input, outcome, cites, more);
  };
  const ask = { consentFrom: ['by-a'] };
  const observe = (condition: string, rule: string): More => ({
    obligations: [{ do: 'observe-condition', condition, rule: `${instrument}#${rule}` }],
  });

  use('given', 'the purpose that it was given for', {}, 'permit', [law.given]);
  use('own', 'one’s own information', { by: 'by-a' }, 'permit', [law.noThird]);
  use('other', 'another purpose', { purpose: other }, 'consent-required', law.wanted, ask);
  use('other-case', 'another case', { purpose: { ...purpose, caseId: 'KZ-78' } }, 'consent-required', law.wanted, ask);
  use('no-case', 'no case is wider than one', { purpose: { ...purpose, caseId: null } }, 'consent-required', law.wanted, ask);
  use('any-case', 'given for any case', { items: [{ ...item, purposes: [{ ...purpose, caseId: null }] }] }, 'permit', [law.given]);
  use('nothing-given', 'an empty list gives nothing', { items: [{ ...item, purposes: [] }] }, 'consent-required', law.wanted, ask);
  use('consented', 'another purpose, agreed in writing', { purpose: other, consents: [consent] }, 'permit', [law.consented]);
  use(
    'spoken',
    'agreed, but not in writing',
    { purpose: other, consents: [{ ...consent, written: false }] },
    law.writtenUse ? 'consent-required' : 'permit',
    law.writtenUse ? law.wanted : [law.consented],
  );
  const bad: [string, string, Partial<Consent>][] = [
    ['not-prior', 'agreed at the very instant', { from: NOW }],
    ['expired', 'until this instant', { until: NOW }],
    ['revoked', 'revoked at this instant', { revokedAt: NOW }],
    ['not-the-provider', 'agreed by another', { by: 'ru-a' }],
    ['not-to-us', 'agreed to another', { to: 'kz-b' }],
    ['other-item', 'for another item', { items: ['i2'] }],
    ['no-item', 'an empty list of items is none', { items: [] }],
    ['below', 'up to a lower level', { maxLevel: 'open' }],
  ];
  for (const [id, why, change] of bad) {
    const consents = [{ ...consent, ...change }];
    use(id, why, { purpose: other, consents }, 'consent-required', law.wanted, ask);
  }
  const good: [string, string, Partial<Consent>][] = [
    ['just-prior', 'agreed a second before', { from: '2026-03-10T08:59:59Z' }],
    ['not-expired', 'until the next second', { until: '2026-03-10T09:00:01Z' }],
    ['not-revoked', 'revoked in the next second', { revokedAt: '2026-03-10T09:00:01Z' }],
    ['this-item', 'for this item', { items: ['i1'] }],
    ['up-to', 'up to its level', { maxLevel: 'restricted' }],
  ];
  for (const [id, why, change] of good) use(id, why, { purpose: other, consents: [{ ...consent, ...change }] }, 'permit', [law.consented]);
  use(
    'conditions',
    'what the provider set is observed',
    { items: [{ ...item, conditions: ['no-court-use'] }] },
    'permit',
    [law.given, law.conditions],
    observe('no-court-use', law.conditions),
  );
  use(
    'conditions-of-consent',
    'and what the consent sets',
    { purpose: other, consents: [{ ...consent, conditions: ['once'] }] },
    'permit',
    [law.consented, law.limits],
    observe('once', law.limits),
  );
  use('third', 'another authority of the same state is a third party', { by: 'kz-b' }, 'consent-required', [law.given, ...law.spontaneous], ask);
  const handed = { ...onward, recipient: 'kz-b' };
  use('handed', 'handed to it with consent', { by: 'kz-b', consents: [handed] }, 'permit', [law.given, ...law.passed]);
  use(
    'handed-for-it',
    'handed to it for another purpose than that of the item',
    { by: 'kz-b', purpose: other, consents: [{ ...handed, purposes: [other] }] },
    'permit',
    law.passed,
  );
  use(
    'handed-for-nothing-said',
    'handed to it, which says nothing of another purpose',
    { by: 'kz-b', purpose: other, consents: [handed] },
    'consent-required',
    [...law.passed, ...law.wanted],
    ask,
  );
  use(
    'handed-conditions',
    'whose limits go with it',
    { by: 'kz-b', consents: [{ ...handed, conditions: ['once'] }] },
    'permit',
    [law.given, ...law.passed, law.onwardLimits],
    observe('once', law.onwardLimits),
  );
  use(
    'handed-for-another',
    'handed to it for another purpose',
    { by: 'kz-b', consents: [{ ...handed, purposes: [other] }] },
    'consent-required',
    [law.given, ...law.spontaneous],
    ask,
  );

  conducting(use, item, law, ask);
  adding(use, item, consent, law, ask, observe);
  holding(use, item, { ...onward, recipient: 'kz-b' }, law, ask);

  pass('spontaneous', 'to a third party', {}, 'consent-required', law.spontaneous, ask);
  pass('consented', 'with consent', { consents: [onward] }, 'permit', law.passed);
  pass(
    'spoken',
    'consent, but not in writing',
    { consents: [{ ...onward, written: false }] },
    law.writtenOnward ? 'consent-required' : 'permit',
    law.writtenOnward ? law.spontaneous : law.passed,
  );
  pass('recipient', 'consent for another recipient', { consents: [{ ...onward, recipient: 'ru-a' }] }, 'consent-required', law.spontaneous, ask);
  pass(
    'wrong-kind',
    'a consent to a use is none to pass on',
    { consents: [{ ...consent, recipient: 'am-a' }] },
    'consent-required',
    law.spontaneous,
    ask,
  );
  pass('back', 'back to the provider', { to: 'by-a' }, 'permit', [law.noThird]);
  pass('own', 'one’s own information', { from: 'by-a' }, 'permit', [law.noThird]);
  pass('below', 'below the level of its source', { level: 'open', consents: [onward] }, 'deny', [...law.passed, 'valise#level']);
  pass(
    'conditions-of-consent',
    'its limits go with it',
    { consents: [{ ...onward, conditions: ['once'] }] },
    'permit',
    [...law.passed, law.onwardLimits],
    observe('once', law.onwardLimits),
  );
  pass('derived', 'a work derived from it', { derived: true, consents: [onward] }, 'consent-required', law.spontaneous, ask);
  pass('derived-covered', 'covered by the consent', { derived: true, consents: [{ ...onward, coversDerived: true }] }, 'permit', law.passed);
  pass(
    'two-sources',
    'providers who must agree add up',
    { items: [item, { ...item, id: 'i2', provider: 'ru-a' }], consents: [onward] },
    'consent-required',
    [...law.passed, ...law.spontaneous],
    { consentFrom: ['ru-a'] },
  );
  pass('purpose-given', 'for the purpose given', { purpose, consents: [onward] }, 'permit', [...law.passed, law.given]);
  pass('purpose-other', 'for another', { purpose: other, consents: [onward] }, 'consent-required', [...law.passed, ...law.wanted], ask);
  pass('purpose-in-consent', 'which the consent names', { purpose: other, consents: [{ ...onward, purposes: [other] }] }, 'permit', law.passed);
  pass(
    'purpose-not-in-consent',
    'which it does not name',
    { purpose, consents: [{ ...onward, purposes: [other] }] },
    'consent-required',
    [...law.spontaneous, law.given],
    ask,
  );
  pass('named-none-stated', 'a consent that names purposes covers no transfer that states none', { consents: [{ ...onward, purposes: [purpose] }] }, 'consent-required', law.spontaneous, ask);
  pass('used-up', 'the consent has been used as often as it may', { consents: [{ ...onward, usesMax: 1, usesDone: 1 }] }, 'consent-required', law.spontaneous, ask);
  const chain = [
    { ...onward, id: 'c1', recipient: 'kz-b' },
    { ...onward, id: 'c2', to: 'kz-b', recipient: 'ru-a' },
    { ...onward, id: 'c3', to: 'ru-a', recipient: 'am-a' },
  ];
  pass('chain', 'from hand to hand, every step with its consent', { from: 'ru-a', consents: chain }, 'permit', law.passed);
  pass('chain-broken', 'one step without', { from: 'ru-a', consents: chain.slice(1) }, 'consent-required', [...law.passed, ...law.spontaneous], ask);
  pass('passed-to', 'to the body to which the request was passed', { to: 'kz-b', items: [{ ...item, passedTo: ['kz-b'] }] }, 'permit', [law.noThird]);
  pass('passed-abroad', 'a body of another state is none', { items: [{ ...item, passedTo: ['am-a'] }] }, 'consent-required', law.spontaneous, ask);
  pass('own-unit', 'a unit is no third party to its authority', { to: 'kz-desk' }, 'permit', [law.noThird]);
  pass('back-for-anything', 'back to the provider, whatever it was handed on for', { from: 'kz-b', to: 'by-a', consents: [{ ...onward, recipient: 'kz-b', purposes: [purpose] }] }, 'permit', [...law.passed, law.noThird]);
  pass('nothing', 'nothing to pass on', { items: [] }, 'deny', ['valise#no-rule']);
}

type Row = (id: string, why: string, change: Partial<UseAction>, outcome: Outcome, cites: string[], more?: More) => void;

/** The conduct of the case in which it was given, and the account of what was lawfully used. */
function conducting(use: Row, item: Item, law: Law, ask: More): void {
  const given = [{ ...item, exchange: 'e1', purposes: [] }];
  const conduct = { conduct: 'e1', purpose: null, items: given };
  use('conduct', 'the conduct of its case', conduct, 'permit', ['valise#conduct']);
  use('conduct-of-another', 'the conduct of another case', { ...conduct, conduct: 'e2' }, 'consent-required', law.wanted, ask);
  use('conduct-by-third', 'by a third party', { ...conduct, by: 'kz-b' }, 'consent-required', [...law.spontaneous, ...law.wanted], ask);
  const passed = given.map((one) => ({ ...one, passedTo: ['kz-b'] }));
  use('conduct-by-passed', 'by the body to which the request was passed', { ...conduct, by: 'kz-b', items: passed }, 'permit', ['valise#conduct']);
  use('conduct-by-unit', 'by a unit of the receiver', { ...conduct, by: 'kz-desk' }, 'permit', ['valise#conduct']);
  use('for-nothing', 'neither purpose nor conduct', { purpose: null }, 'consent-required', law.wanted, ask);
  use('account', 'to account for it', { purpose: null, account: true }, 'permit', ['valise#account']);
  use('account-by-third', 'by one who never had it lawfully', { by: 'kz-b', purpose: null, account: true }, 'consent-required', [...law.spontaneous, ...law.wanted], ask);
}

/** What was given and what was consented to add up, part by part; consents are used up; conditions have codes. */
function adding(use: Row, item: Item, consent: Consent, law: Law, ask: More, observe: (condition: string, rule: string) => More): void {
  const [purpose] = item.purposes;
  if (purpose === undefined) return;
  const of = (...offences: string[]) => ({ ...purpose, offences });
  const both = { purpose: of('a', 'b'), items: [{ ...item, purposes: [of('a')] }] };
  use('parts', 'one part given, the other agreed', { ...both, consents: [{ ...consent, purposes: [of('b')] }] }, 'permit', [law.given, law.consented]);
  use('parts-lacking', 'the other not agreed', { ...both, consents: [{ ...consent, purposes: [of('c')] }] }, 'consent-required', [law.given, ...law.wanted], ask);
  const counted = { ...both, purpose: of('b') };
  const uses = (usesDone: number) => [{ ...consent, purposes: [of('b')], usesMax: 2, usesDone }];
  use('counted', 'one use is left', { ...counted, consents: uses(1) }, 'permit', [law.consented]);
  use('used-up', 'none is left', { ...counted, consents: uses(2) }, 'consent-required', law.wanted, ask);
  use(
    'condition-codes',
    'a condition by its code',
    { ...counted, consents: [{ ...consent, purposes: [of('b')], conditionCodes: ['no-court-use'] }] },
    'permit',
    [law.consented, law.limits],
    observe('no-court-use', law.limits),
  );
}

/** A consent to hand on is judged when the holder got it: later expiry ends no holding, revocation does. */
function holding(use: Row, item: Item, handed: Consent, law: Law, ask: More): void {
  const held = { by: 'kz-b', items: [{ ...item, heldSince: '2026-03-05T12:00:00Z' }] };
  const good = [law.given, ...law.passed];
  const row = (id: string, why: string, change: Partial<Consent>, holds: boolean): void => {
    const cites = holds ? good : [law.given, ...law.spontaneous];
    use(id, why, { ...held, consents: [{ ...handed, ...change }] }, holds ? 'permit' : 'consent-required', cites, holds ? {} : ask);
  };
  row('held', 'in force when it was got', {}, true);
  row('held-expired-since', 'it ended since', { until: '2026-03-06T00:00:00Z' }, true);
  row('held-expired-then', 'it had ended by then', { until: '2026-03-05T12:00:00Z' }, false);
  row('held-not-prior', 'it was given when it was got', { from: '2026-03-05T12:00:00Z' }, false);
  row('held-revoked-since', 'it was revoked since', { revokedAt: NOW }, false);
  const revoked = [{ ...handed, revokedAt: NOW }];
  use('account-revoked', 'what was lawfully held is accounted for', { ...held, purpose: null, account: true, consents: revoked }, 'permit', ['valise#account']);
}

export interface Secrecy {
  readonly cite: string;
  readonly always: boolean;
  readonly written: boolean;
}

/** kz-a asked, by-a is to tell ru-a of it. */
export function disclosure(table: Table, { cite, always, written }: Secrecy): void {
  const { instrument } = table;
  const asked = { instrument, requester: 'kz-a', by: 'by-a', to: 'ru-a', confidentialityAsked: true };
  const consent: Consent = {
    id: 'c1',
    kind: 'disclosure',
    by: 'kz-a',
    to: 'by-a',
    items: 'all',
    recipient: 'ru-a',
    written: true,
    from: '2026-03-01T00:00:00Z',
    until: null,
    revokedAt: null,
    conditions: [],
  };
  const row = (id: string, why: string, change: Partial<DiscloseAction>, free: boolean, more: More = {}): void => {
    const input: Action = { action: 'disclose', at: NOW, consents: [], ...asked, ...change };
    const outcome = free ? 'permit' : 'consent-required';
    table.add('disclosure', `disclose-${id}`, why, input, outcome, [cite], free ? more : { consentFrom: ['kz-a'] });
  };
  row('asked', 'the requester asked for confidentiality', {}, false);
  row('not-asked', 'it did not', { confidentialityAsked: false }, !always);
  row('consented', 'it agrees', { consents: [consent] }, true);
  row('spoken', 'it agrees, but not in writing', { consents: [{ ...consent, written: false }] }, !written);
  row('conditions', 'under a condition', { consents: [{ ...consent, conditions: ['orally'] }] }, true, {
    obligations: [{ do: 'observe-condition', condition: 'orally', rule: `${instrument}#${cite}` }],
  });
  row('not-prior', 'agreed at the very instant', { consents: [{ ...consent, from: NOW }] }, false);
  row('other-recipient', 'to tell another', { consents: [{ ...consent, recipient: 'am-a' }] }, false);
  row('one-item', 'for single items', { consents: [{ ...consent, items: ['i1'] }] }, false);
  row('by-the-requester', 'its own request is its own', { by: 'kz-a' }, true);
  row('to-the-requester', 'and no news to it', { to: 'kz-a' }, true);
}
