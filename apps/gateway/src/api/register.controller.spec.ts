import { RegisterSnapshot } from '#register';
import type { Principal } from '#service';
import type { DataSource } from 'typeorm';
import type { BookConflicts } from '../register/conflicts.js';
import type { Book } from '../register/entities.js';
import type { Register } from '../register/register.js';
import { RegisterController } from './register.controller.js';

const AGREED = 'arrangement:kz-knb-by-mvd';
const at = new Date('2026-03-01T00:00:00Z');

/** A book that two authorities agreed between themselves, and one that is everybody's; there are two histories of each. */
const books = [
  { book: AGREED, content: { between: ['kz-knb', 'by-mvd'] } },
  { book: 'list:KZ', content: {} },
].map((row) => ({ ...row, version: 1, hash: 'h', era: 0, text: '{"payload":""}', root: null }) as Book);
const conflicts = books.map(({ book }, index) => ({
  ...{
    id: String(index),
    book,
    version: 1,
    hash: 'theirs',
    ourVersion: 1,
    ourHash: 'h',
    node: 'by',
    proven: true,
  },
  ...{ times: 1, firstAt: at, lastAt: at, text: 'theirs' },
}));

const revocation = { warnAfterHours: 1, refuseAfterHours: 2, required: false };
const snapshot = new RegisterSnapshot(books, () => undefined, revocation);
const ages = () =>
  books.map(({ book }) => ({
    book,
    signedAt: at,
    receivedAt: at,
    freshAt: at,
    receivedFrom: 'by',
    stale: false,
  }));
const controller = new RegisterController(
  {
    getRepository: () => ({
      findOne: ({ where }: { where: { book: string } }) =>
        Promise.resolve(books.find(({ book }) => book === where.book) ?? null),
    }),
  } as unknown as DataSource,
  { snapshot, ages } as unknown as Register,
  {
    all: () => Promise.resolve(conflicts),
    one: (id: string) => Promise.resolve({ row: conflicts[Number(id)], theirs: 'theirs', ours: 'ours' }),
  } as unknown as BookConflicts,
);

/** The books that a caller sees, at every door. */
async function seenBy(authority: string | null): Promise<Record<string, string[]>> {
  const caller = { authority } as Principal;
  const found = async (ask: Promise<unknown>, book: string) =>
    ask.then(
      () => [book],
      (thrown: unknown) => {
        expect(thrown).toMatchObject({ code: 'NOT_FOUND' });
        return [];
      },
    );
  const each = async (ask: (book: string, index: number) => Promise<unknown>) =>
    (await Promise.all(books.map(({ book }, index) => found(ask(book, index), book)))).flat();
  return {
    books: controller.books(caller).map(({ book }) => book),
    versions: await each((book) => controller.book(caller, book, 1)),
    conflicts: (await controller.listConflicts(caller)).map(({ book }) => book),
    proofs: await each((_, index) => controller.conflict(caller, String(index))),
  };
}

it.each([
  ['one of the two authorities', 'kz-knb', [AGREED, 'list:KZ']],
  ['another authority of the same node', 'kz-mvd', ['list:KZ']],
  ['who looks at the node as a whole', null, [AGREED, 'list:KZ']],
] as const)('%s sees at every door what is no other’s agreement', async (_, authority, seen) => {
  const expected = { books: seen, versions: seen, conflicts: seen, proofs: seen };
  expect(await seenBy(authority)).toEqual(expected);
});
