import type { Consent, Purpose } from '#policy';
import { relaxAll } from '../testing/arbitraries.js';
import { law, use } from '../testing/law.js';
import { HELD, granted, handed, itemOf, purposeOf } from '../testing/samples.js';
import { constraintsOf } from './constraints.js';
import { mayPassOn, mayUse } from './permissions.js';

/** The law of chains, since when and how often, written again by hand. */
describe('a holding', () => {
  const asked = purposeOf();
  const given = [asked];
  const source = itemOf({ purposes: given, exchange: 'e1', passedTo: ['kz-c'] });
  const handing = (to: string, recipient: string, change: Partial<Consent> = {}): Consent =>
    handed({ to, recipient, ...change });
  const outcome = (by: string, consents: Consent[], purpose: Purpose | null = asked, conduct = 'e2') =>
    mayUse(relaxAll(constraintsOf(source), consents), use(by, purpose, conduct), law).outcome;
  const chain = ['kz-a', 'h1', 'h2', 'h3', 'h4', 'h5'];
  const steps = chain.slice(1).map((to, index) => handing(chain[index] ?? '', to));

  it('rests on a consent for every step, however many', () => {
    expect(outcome('h5', steps)).toBe('permit');
    expect(outcome('h5', [...steps].reverse())).toBe('permit');
    for (const missing of steps)
      expect(
        outcome(
          'h5',
          steps.filter((one) => one !== missing),
        ),
      ).toBe('consent-required');
  });

  it('outlives the consent, and not its revocation', () => {
    expect(outcome('h1', [handing('kz-a', 'h1', { until: '2026-03-07T00:00:00Z' })])).toBe('permit');
    expect(outcome('h1', [handing('kz-a', 'h1', { until: HELD })])).toBe('consent-required');
    expect(outcome('h1', [handing('kz-a', 'h1', { from: HELD })])).toBe('consent-required');
    expect(outcome('h1', [handing('kz-a', 'h1', { revokedAt: '2026-03-07T00:00:00Z' })])).toBe(
      'consent-required',
    );
    expect(outcome('h1', [handing('kz-a', 'h1', { revokedAt: '2026-03-11T00:00:00Z' })])).toBe('permit');
  });

  it('under which nothing more can be handed on once it ended or was used up', () => {
    const ended = [handing('kz-a', 'h1', { until: '2026-03-07T00:00:00Z' })];
    const usedUp = [handing('kz-a', 'h1', { usesMax: 1, usesDone: 1 })];
    const act = { from: 'kz-a', to: 'h1', level: 'restricted' as const, derived: false, purpose: null };
    for (const consents of [ended, usedUp]) {
      expect(outcome('h1', consents)).toBe('permit');
      expect(mayPassOn(relaxAll(constraintsOf(source), consents), act, law).outcome).toBe('consent-required');
    }
  });

  it('for the purposes that the consent names is one for nothing else', () => {
    const named = handing('kz-a', 'h1', { purposes: given });
    expect(outcome('h1', [named])).toBe('permit');
    expect(outcome('h1', [named], null)).toBe('consent-required');
    const act = { from: 'kz-a', to: 'h1', level: 'restricted' as const, derived: false };
    const carried = relaxAll(constraintsOf(source), [named]);
    expect(mayPassOn(carried, { ...act, purpose: null }, law).outcome).toBe('consent-required');
    expect(mayPassOn(carried, { ...act, purpose: asked }, law).outcome).toBe('permit');
  });

  it('of those who conduct the case needs no purpose', () => {
    for (const by of ['kz-a', 'kz-unit', 'kz-c', 'ru-a']) expect(outcome(by, [], null, 'e1')).toBe('permit');
    expect(outcome('kz-a', [], null, 'e2')).toBe('consent-required');
    expect(outcome('h1', [handing('kz-a', 'h1')], null, 'e1')).toBe('consent-required');
  });

  it('lies in the union of what was given and consented to', () => {
    const offences = (...named: string[]): Purpose => purposeOf({ offences: named });
    const both = offences('3.1.a', '3.1.b');
    const more = granted({ purposes: [offences('3.1.b')] });
    expect(outcome('kz-a', [more], both)).toBe('permit');
    expect(outcome('kz-a', [], both)).toBe('consent-required');
    expect(outcome('kz-a', [more], offences('3.1.a', '3.1.c'))).toBe('consent-required');
    const ways = [
      ...[handing('kz-a', 'h1', { purposes: [offences('3.1.a')] }), handing('h1', 'h3')],
      ...[
        handing('kz-a', 'h2', { purposes: [offences('3.1.b')] }),
        handing('h2', 'h3', { purposes: [offences('3.1.b')] }),
      ],
    ];
    expect(outcome('h3', ways, both)).toBe('permit');
  });
});
