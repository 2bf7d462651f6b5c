import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { keyOf } from '#exchange';
import { Relay } from './relay.js';

const KEYS = [1, 2].map((n) => keyOf.message('kz-knb', 'by-mvd', 'out', 1, n));

/** A relay with two messages due, of which the check of the first throws. */
function relay() {
  const postponed: unknown[] = [];
  const published: number[] = [];
  const query = (text: string, values: unknown[]) => {
    if (text.startsWith('UPDATE outbox')) postponed.push(values[0]);
    return Promise.resolve(text.startsWith('UPDATE') ? [] : KEYS.map((key) => ({ key })));
  };
  const rowOf = (table: string, key: string) => {
    if (table === 'outbox') return { kind: 'message', message: key, dueAt: 0, once: false };
    const n = Number(key.split(' ').at(-1));
    return { own: 'kz-knb', peer: 'by-mvd', ep: 1, n, bytes: 1 };
  };
  const settling = {
    read: () => Promise.resolve({ get: rowOf }),
    out: () =>
      Promise.resolve({
        left: [
          { ok: false, error: new Error('it cannot be checked') },
          { ok: true, isVoid: false },
        ],
      }),
  };
  const publishing = {
    isConnected: true,
    canSeal: () => true,
    message: ({ message }: { message: { n: number } }) => {
      published.push(message.n);
      return Promise.resolve({ is: 'confirmed' });
    },
    noteConfirmed: () => Promise.resolve(),
  };
  const of = new Relay(
    { query } as never,
    { isLeader: true } as never,
    publishing as never,
    settling as never,
  );
  return { of, postponed, published };
}

it('a message that cannot be checked is put off and said, and the others go', async () => {
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const { of, postponed, published } = relay();
  of.wake();
  await new Promise((resolve) => setImmediate(resolve));
  await of.onApplicationShutdown();
  expect(published).toEqual([2]);
  expect(postponed).toEqual([[KEYS[0]]]);
  expect(warn.mock.calls).toEqual([['not published yet: it cannot be checked']]);
});
