import type { Consent, Item, Purpose } from '#policy';

/** One item of ru-a at kz-a, and what ru-a may consent to. */

export const AT = '2026-03-10T09:00:00Z';
export const HELD = '2026-03-05T00:00:00Z';

export const purposeOf = (change: Partial<Purpose> = {}): Purpose => ({
  instrument: 'cis-it-crime-2018',
  activity: 'investigation',
  offences: ['3.1.a'],
  caseId: null,
  ...change,
});

export const itemOf = (change: Partial<Item> = {}): Item => ({
  id: 'i1',
  instrument: 'cis-it-crime-2018',
  provider: 'ru-a',
  receiver: 'kz-a',
  level: 'restricted',
  purposes: [],
  conditions: [],
  heldSince: HELD,
  ...change,
});

export const granted = (change: Partial<Consent> = {}): Consent => ({
  id: 'c1',
  kind: 'purpose',
  by: 'ru-a',
  to: 'kz-a',
  items: 'all',
  purposes: [purposeOf()],
  written: true,
  from: '2026-03-01T00:00:00Z',
  until: null,
  revokedAt: null,
  conditions: [],
  ...change,
});

export const handed = (change: Partial<Consent> = {}): Consent =>
  granted({ kind: 'onward-transfer', recipient: 'kz-b', purposes: null, ...change });
