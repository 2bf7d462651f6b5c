import type { Principal } from './access.js';
import { type KnownToken, KnownTokens } from './known-tokens.js';

const token = (name: string, expiresAt: number | null = null): [string, KnownToken] => {
  const principal: Principal = { tokenId: name, name, role: 'officer', authority: 'kz-knb' };
  return [name, { principal, expiresAt }];
};

/** Tokens with a clock and a table of their own, which counts how often it is read. */
function stage(...tokens: [string, KnownToken][]) {
  const state = { now: 0, reads: 0, table: new Map(tokens), hold: Promise.resolve() };
  const known = new KnownTokens(
    async () => {
      state.reads++;
      const read = new Map(state.table);
      await state.hold;
      return read;
    },
    () => state.now,
  );
  return { state, known, find: (sha256: string) => known.find(sha256).then((found) => found?.name) };
}

describe('tokens in force', () => {
  it('cost ten thousand invented ones no more than one reading in a quarter of a second', async () => {
    const { state, find } = stage(token('a'));
    expect(await find('a')).toBe('a');
    for (let guess = 0; guess < 10_000; guess++) expect(await find(`guess ${guess}`)).toBeUndefined();
    expect(state.reads).toBe(1);
    state.now = 251;
    await Promise.all(Array.from({ length: 10_000 }, (_, guess) => find(`guess ${guess}`)));
    expect(state.reads).toBe(2);
    expect(await find('a')).toBe('a');
    expect(state.reads).toBe(2);
  });

  it('that another replica issued are found at the next reading, and those that it revoked end within five seconds', async () => {
    const { state, find } = stage(token('a'));
    expect(await find('b')).toBeUndefined();
    state.table = new Map([token('b')]);
    expect([await find('a'), await find('b')]).toEqual(['a', undefined]);
    state.now = 300;
    expect(await find('b')).toBe('b');
    state.table = new Map();
    state.now = 5_000;
    expect(await find('b')).toBe('b');
    state.now = 5_301;
    expect(await find('b')).toBeUndefined();
  });

  it('are read again after a change, also by who was reading while it was made', async () => {
    const { state, known, find } = stage(token('a'));
    let release = (): void => undefined;
    state.hold = new Promise((resolve) => (release = resolve));
    const during = find('a');
    state.table = new Map();
    known.forget();
    state.hold = Promise.resolve();
    const after = find('a');
    release();
    expect(await Promise.all([during, after])).toEqual([undefined, undefined]);
    expect(await find('a')).toBeUndefined();
  });

  it('end at their time', async () => {
    const { find } = stage(token('past', Date.now() - 1), token('coming', Date.now() + 60_000));
    expect([await find('past'), await find('coming')]).toEqual([undefined, 'coming']);
  });

  it('are not refused where the table cannot be read', async () => {
    const known = new KnownTokens(() => Promise.reject(new Error('away')));
    await expect(known.find('a')).rejects.toThrow('away');
    await expect(known.find('a')).rejects.toThrow('away');
  });
});
