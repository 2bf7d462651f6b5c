import { BookConflicts, type Proof } from '../../apps/gateway/src/register/conflicts.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

const BOOK = 'list:KZ';
let gateway: EmptyDatabase;
let conflicts: BookConflicts;

beforeAll(async () => {
  gateway = await gatewayDatabase();
});
afterAll(() => gateway.end());
beforeEach(async () => {
  await gateway.database.query('DELETE FROM book_conflict');
  conflicts = new BookConflicts(gateway.database);
});

const named = (hash: string) => ({ book: BOOK, version: 7, hash });
const fork = (hash: string): Proof => ({
  ...named(hash),
  text: `signed ${hash}`,
  ours: { version: 7, hash: 'ours', text: 'signed ours' },
});
const prove = (hash: string, node: string) => conflicts.prove(gateway.database.manager, fork(hash), node);

describe('proofs that a keeper signed two histories', () => {
  it('are bounded by contents, so that nodes that relay one fork keep no other one out', async () => {
    for (const node of ['am', 'by', 'kg', 'ru', 'tj', 'uz']) await prove('first', node);
    await prove('second', 'am');
    await conflicts.reload();
    expect(['first', 'second'].map((hash) => conflicts.isProven(named(hash)))).toEqual([true, true]);
  });

  it('are four a book', async () => {
    for (const hash of ['a', 'b', 'c', 'd', 'e']) await prove(hash, 'am');
    await prove('a', 'by');
    await conflicts.reload();
    const found = ['a', 'b', 'c', 'd', 'e'].map((hash) => conflicts.isProven(named(hash)));
    expect(found).toEqual([true, true, true, true, false]);
    // Another node that has the same one is noted all the same: it gets our text.
    expect((await conflicts.all()).map(({ node }) => node)).toEqual(['by', 'am', 'am', 'am', 'am']);
  });

  it('are no more by what a node claimed before', async () => {
    const hashes = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const hash of hashes) conflicts.claim({ ...named(hash), ours: 'ours' }, 'am');
    await conflicts.record();
    for (const hash of hashes) await prove(hash, 'am');
    expect((await conflicts.all()).filter(({ proven }) => proven)).toHaveLength(4);
  });

  it('keep a text once, and show it with each node that brought or claimed it', async () => {
    conflicts.claim({ ...named('first'), ours: 'ours' }, 'kg');
    await conflicts.record();
    await prove('first', 'am');
    await prove('first', 'by');
    const rows = await conflicts.all();
    expect(rows.map(({ node, proven }) => [node, proven])).toEqual([
      ['by', true],
      ['am', true],
      ['kg', true],
    ]);
    for (const { id } of rows) {
      const found = await conflicts.one(id);
      expect(found?.theirs).toBe('signed first');
    }
    const texts: unknown[] = await gateway.database.query(
      'SELECT 1 FROM book_conflict WHERE text IS NOT NULL',
    );
    expect(texts).toHaveLength(1);
  });
});
