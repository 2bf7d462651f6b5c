import type { EntityManager, FindOperator } from 'typeorm';
import { Cases } from './cases.js';
import type { Message } from './entities.js';

it('a case is made again with a few of its messages in memory, however many it has', async () => {
  const all = Array.from({ length: 1_000 }, (_, index) => ({ key: String(index), id: `id-${index}` }));
  const asked: number[] = [];
  const read: string[] = [];
  const state = { status: 'open', requestId: 'id-0' };
  const tx = {
    findOne: () => Promise.resolve({ state }),
    query: () => Promise.resolve(all),
    find: (_: unknown, { where }: { where: { key: FindOperator<string[]> } }) => {
      const keys = where.key.value;
      asked.push(keys.length);
      read.push(...keys);
      // In no order, as a database may answer; without effect, for what they do is shown elsewhere.
      return Promise.resolve(keys.map((key) => ({ key, sentAt: null, decision: {} })).reverse());
    },
    update: () => Promise.resolve(),
  };
  await new Cases().rebuild(tx as unknown as EntityManager, { authority: 'kz-knb', caseId: 'c' } as Message);
  expect(read).toEqual(all.map(({ key }) => key));
  expect(Math.max(...asked)).toBeLessThanOrEqual(16);
});
