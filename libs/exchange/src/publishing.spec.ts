import { afterPublishing } from './publishing.js';
import type { OutboxRow } from './tables.js';

const message: OutboxRow = { kind: 'message', message: 'kz-knb by-mvd out 1 1', dueAt: 0, once: false };
const ends = { kind: 'statement', own: 'kz-knb', peer: 'by-mvd', content: {}, dueAt: 0 } as const;

it('a message stays until it is receipted', () => {
  const once = afterPublishing(message, 1_000, 10_000, 25_000);
  expect(once).toEqual({ ...message, asks: 1, dueAt: 11_000 });
  // It is published again with doubling pauses, up to the longest.
  const twice = once && afterPublishing(once, 11_000, 10_000, 25_000);
  expect(twice).toEqual({ ...message, asks: 2, dueAt: 31_000 });
  expect(twice && afterPublishing(twice, 31_000, 10_000, 25_000)).toMatchObject({ asks: 3, dueAt: 56_000 });
});

it('one that was receipted, and is asked for again, does not', () => {
  expect(afterPublishing({ ...message, once: true }, 1_000, 10_000)).toBeNull();
});

it('a statement is said once', () => {
  expect(afterPublishing({ ...ends, typ: 'valise-void+jws' }, 1_000, 10_000)).toBeNull();
});

it('an ask for a log is repeated with doubling pauses, six times in all', () => {
  let row: OutboxRow | null = { ...ends, typ: 'valise-log-ask+jws', until: 3 };
  const pauses: number[] = [];
  while (row) {
    row = afterPublishing(row, 0, 10_000);
    if (row) pauses.push(row.dueAt / 1_000);
  }
  expect(pauses).toEqual([10, 20, 40, 80, 160]);
});
