import type { BusMessage } from '#bus';
import { Serving } from './serve.js';

const D = 'D';
const ID = '01890000-0000-7000-8000-000000000001';
const range = (from: string, first: number) => ({ from, to: 'kz-knb', D, attachment: ID, first, count: 2 });

/** A serving gateway whose bus confirms only when it is told to. */
function serving() {
  const published: string[] = [];
  const confirms: (() => void)[] = [];
  const publisher = {
    publish: ({ to, headers }: BusMessage) => {
      published.push(`${to} ${String(headers?.part)}`);
      return new Promise<void>((resolve) => confirms.push(resolve));
    },
  };
  const nodes = { 'by-mvd': { node: 'by' }, 'am-nss': { node: 'am' } };
  const register = { snapshot: { authorities: new Map(Object.entries(nodes)) } };
  const store = { files: { readPart: () => Promise.resolve(Buffer.alloc(1)) } };
  const service = new Serving({} as never, store as never, register as never, publisher as never);
  const repeated: number[] = [];
  const attachment = { messageKey: '1', partsTotal: 1000, partsServed: 0 };
  const ask = (
    from: string,
    first: number,
    message = { recipient: from, key: '1', status: 'stored' },
    isFree = true,
  ) => {
    const rows = [message, attachment];
    const tx = {
      findOneBy: () => Promise.resolve(rows.shift()),
      update: (_: unknown, __: unknown, changes: object) =>
        Promise.resolve(Object.assign(attachment, changes)),
    };
    return service.answer(tx as never, range(from, first), (count) => {
      repeated.push(count);
      return Promise.resolve(isFree);
    });
  };
  const settle = async () => {
    for (let turn = 0; turn < 1000; turn++) {
      confirms.shift()?.();
      await Promise.resolve();
    }
  };
  return { ask, settle, published, repeated, attachment };
}

describe('serving parts of attachments', () => {
  it('serves once what is asked for again while it waits', async () => {
    const { ask, settle, published } = serving();
    for (let time = 0; time < 100; time++) expect(await ask('by-mvd', 0)).toBeUndefined();
    await ask('by-mvd', 2);
    await settle();
    expect(published).toEqual(['by 0', 'by 1', 'by 2', 'by 3']);
    await ask('by-mvd', 0);
    await settle();
    expect(published).toHaveLength(6);
  });

  it('no node delays another, and none asks for more than a bounded amount at once', async () => {
    const { ask, settle, published } = serving();
    for (let first = 0; first < 500; first++) await ask('by-mvd', first);
    await ask('am-nss', 0);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    // Nothing is confirmed yet: each node has one request's parts on their way.
    expect(published).toEqual(['by 0', 'by 1', 'am 0', 'am 1']);
    await settle();
    expect(published.filter((part) => part.startsWith('by'))).toHaveLength(2 * 64);
  });

  it('serves a message’s recipient only', async () => {
    const { ask, settle, published } = serving();
    const message = { recipient: 'by-mvd', key: '1', status: 'stored' };
    expect(await ask('am-nss', 0, message)).toContain('no message');
    await settle();
    expect(published).toEqual([]);
  });

  it('serves what belongs to the message that is named, and no part that it does not have', async () => {
    const { ask, settle, published, attachment } = serving();
    expect(await ask('by-mvd', 999)).toContain('1000 parts');
    Object.assign(attachment, { messageKey: '2' });
    expect(await ask('by-mvd', 0)).toContain('no attachment of that message');
    await settle();
    expect(published).toEqual([]);
  });

  it.each(['rejected', 'void'])('serves nothing of a message that is %s', async (status) => {
    const { ask, settle, published } = serving();
    expect(await ask('by-mvd', 0, { recipient: 'by-mvd', key: '1', status })).toBeUndefined();
    await settle();
    expect(published).toEqual([]);
  });

  it('tells how many of the parts were served before, and serves none where that is too much', async () => {
    const { ask, settle, published, repeated } = serving();
    for (const first of [0, 2, 3, 1]) await ask('by-mvd', first);
    expect(repeated).toEqual([0, 0, 1, 2]);
    await settle();
    const before = published.length;
    await ask('by-mvd', 8, undefined, false);
    await settle();
    expect(published).toHaveLength(before);
  });
});
