import { ValiseError } from '#core';
import type { Api } from '#client';
import { signedArrangement, signedList } from './books.js';
import { until } from './until.js';
import { ARRANGEMENT, DEPOSITARIES, EVENTS, keeperId, NODES, type SampleNode } from './sample.js';

interface BookSummary {
  readonly book: string;
  readonly version: number;
}

/**
 * Records events and lists with the depositaries, each under its keeper's own signature, waits until every started
 * node has them, and brings the arrangement to the two nodes that signed it. What is on record already stays.
 */
export async function fillRegister(
  administrator: (id: string) => Api,
  folderOf: (id: string) => string,
  started: readonly SampleNode[],
  report: (line: string) => void,
): Promise<void> {
  for (const { id, organisation } of DEPOSITARIES) {
    const api = administrator(id);
    const books = await booksOf(api);
    if (!books.some(({ book }) => book === `treaty:${organisation}`))
      await api.post(
        '/v1/events',
        { events: EVENTS[organisation] },
        { 'idempotency-key': 'first-events-of-the-local-federation' },
      );
    for (const node of NODES) {
      if (books.some(({ book }) => book === `list:${keeperId(node)}`)) continue;
      await api.post('/v1/lists', { book: await firstList(administrator, folderOf, node.id) });
    }
  }
  const expected = [
    ...DEPOSITARIES.map(({ organisation }) => `treaty:${organisation}`),
    ...NODES.map((node) => `list:${keeperId(node)}`),
  ];
  for (const { id } of started)
    await until(`the register at the node ${id}`, 60_000, async () => {
      const held = await administrator(id).get<BookSummary[]>('/v1/register');
      return expected.every((book) => held.some((one) => one.book === book)) ? true : undefined;
    });
  report(`the register is complete at every node: ${expected.join(', ')}`);
  await bringArrangement(administrator, folderOf, started);
}

/** Both depositaries relay the same list: whichever has it first tells the other its exact text. */
async function firstList(
  administrator: (id: string) => Api,
  folderOf: (id: string) => string,
  nodeId: string,
): Promise<unknown> {
  const node = NODES.find(({ id }) => id === nodeId);
  if (!node) throw new ValiseError('NOT_FOUND', `there is no node ${nodeId}`);
  const book = `list:${keeperId(node)}`;
  for (const { id } of DEPOSITARIES) {
    const known = (await booksOf(administrator(id))).find((one) => one.book === book);
    if (known)
      return administrator(id).get(`/v1/books/${encodeURIComponent(book)}/versions/${known.version}`);
  }
  return JSON.parse(signedList(node, folderOf(node.id), 1, Date.now())) as unknown;
}

async function bringArrangement(
  administrator: (id: string) => Api,
  folderOf: (id: string) => string,
  started: readonly SampleNode[],
): Promise<void> {
  const sides = started.filter(({ authorities }) =>
    authorities.some(({ id }) => ARRANGEMENT.between.includes(id)),
  );
  const book = `arrangement:${ARRANGEMENT.id}`;
  const signed = signedArrangement(folderOf, Date.now());
  for (const { id } of sides) {
    const held = await administrator(id).get<BookSummary[]>('/v1/register');
    if (!held.some((one) => one.book === book))
      await administrator(id).post('/v1/register/books', { book: signed });
  }
}

async function booksOf(depositary: Api): Promise<BookSummary[]> {
  const { items } = await depositary.get<{ items: BookSummary[] }>('/v1/books');
  return items;
}
