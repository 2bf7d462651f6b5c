import type { EntityManager, FindOperator } from 'typeorm';
import { Cases } from './cases.js';
import type { Message } from './entities.js';

it('a case is made again from its opening message on, with a few of its messages in memory, however many it has', async () => {
  // The opening message, which has the case's name, was stored last: the others had waited for it.
  const others = Array.from({ length: 999 }, (_, index) => ({
    ...{ key: String(index + 1), id: `id-${index + 1}` },
    ...{ at: new Date(index), ep: 1, n: String(index + 2) },
  }));
  const all = [{ key: '0', id: 'c', at: new Date(1_000), ep: 1, n: '1' }, ...others];
  const asked: number[] = [];
  const read: string[] = [];
  const state = { status: 'open', requestId: 'c' };
  const tx = {
    findOne: () => Promise.resolve({ state }),
    query: () => Promise.resolve([...all].reverse()),
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
