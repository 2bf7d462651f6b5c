import type { DataSource } from 'typeorm';
import { Figures } from './figures.js';

/** A database in which two authorities have messages, and that counts what it is asked. */
function database() {
  const asked: string[] = [];
  const query = (sql: string) => {
    asked.push(sql);
    const rows = ['kz-knb', 'kz-mvd'].map((authority) => ({ authority, type: 'request', value: '3' }));
    return Promise.resolve(sql.includes('FROM message') ? [...rows, { authority: null, value: '1' }] : []);
  };
  return { asked, figures: new Figures({ query } as unknown as DataSource) };
}
const messages = async (figures: Figures, authority: string | null) =>
  (await figures.of(authority)).find(({ name }) => name === 'valise_messages')?.rows;

it('figures are counted once, however many ask for them, at once or one after the other', async () => {
  const { asked, figures } = database();
  await Promise.all(Array.from({ length: 50 }, (_, index) => figures.of(`authority-${index}`)));
  const once = asked.length;
  expect(once).toBeGreaterThan(0);
  expect(new Set(asked).size).toBe(once);
  for (const authority of ['kz-knb', 'kz-mvd', null]) await figures.of(authority);
  expect(asked).toHaveLength(once);
});

it('each authority sees its own, and the node all, with what belongs to none', async () => {
  const { figures } = database();
  expect(await messages(figures, 'kz-knb')).toEqual([
    { labels: { authority: 'kz-knb', type: 'request' }, value: 3 },
  ]);
  expect(await messages(figures, 'am-nss')).toEqual([]);
  const labels = (await messages(figures, null))?.map((row) => row.labels.authority);
  expect(labels).toEqual(['kz-knb', 'kz-mvd', '']);
});

it('what is of the node alone is shown to no authority', async () => {
  const { figures } = database();
  const names = async (authority: string | null) => (await figures.of(authority)).map(({ name }) => name);
  const ofTheNode = (await names(null)).filter((name) => /held|conflicts/.test(name));
  expect(ofTheNode).toHaveLength(2);
  expect(await names('kz-knb')).not.toEqual(expect.arrayContaining(ofTheNode));
});
