import { requireOwnAct } from './own-acts.js';

const officer = { authority: 'kz-knb' };

it.each([
  ['sends', { action: 'send', from: 'kz-knb', to: 'by-mvd' }],
  ['hands on', { action: 'transfer', from: 'kz-knb', to: 'a court' }],
  ['uses', { action: 'use', by: 'kz-knb' }],
  ['discloses', { action: 'disclose', by: 'kz-knb', requester: 'by-mvd' }],
] as const)('what the caller’s own authority %s may be asked about', (_, action) => {
  expect(() => {
    requireOwnAct(officer, action);
  }).not.toThrow();
});

it('what is in force between states anybody may ask about', () => {
  for (const authority of ['kz-knb', null])
    expect(() => {
      requireOwnAct({ authority }, { action: 'in-force' });
    }).not.toThrow();
});

it.each([
  ['sends', { action: 'send', from: 'kz-mvd', to: 'by-mvd' }, 'from'],
  ['sends to the caller’s', { action: 'send', from: 'by-mvd', to: 'kz-knb' }, 'from'],
  ['hands on', { action: 'transfer', from: 'kz-mvd', to: 'kz-knb' }, 'from'],
  ['uses', { action: 'use', by: 'kz-mvd' }, 'by'],
  ['discloses', { action: 'disclose', by: 'kz-mvd', requester: 'kz-knb' }, 'by'],
] as const)('what another authority %s may not', (_, action, path) => {
  for (const authority of ['kz-knb', null]) {
    let thrown: unknown;
    try {
      requireOwnAct({ authority }, action);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'FORBIDDEN', details: { path } });
  }
});
