import type { BusMessage } from '#bus';
import { Serving } from './serve.js';

const ID = '01890000-0000-7000-8000-000000000001';

/** A serving gateway whose bus confirms only when it is told to. */
function serving() {
  const published: string[] = [];
  const confirms: (() => void)[] = [];
  const publisher = {
    publish: ({ to, kind, lane, headers }: BusMessage) => {
      expect([kind, lane, headers?.attachment]).toEqual(['attachment-part', 'attachments', ID]);
      published.push(`${to} ${String(headers?.part)}`);
      return new Promise<void>((resolve) => confirms.push(resolve));
    },
  };
  const nodes = { 'by-mvd': { node: 'by' }, 'am-nss': { node: 'am' } };
  const register = { snapshot: { authorities: new Map(Object.entries(nodes)) } };
  const read: string[] = [];
  const readPart = (own: string, direction: string) => {
    read.push(`${own} ${direction}`);
    return Promise.resolve(Buffer.alloc(1));
  };
  const service = new Serving({ files: { readPart } } as never, register as never, publisher as never);
  const ask = (peer: string, first: number) => {
    service.serve({ own: 'kz-knb', peer, attachment: ID, first, count: 2 });
  };
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn++) await Promise.resolve();
  };
  const settle = async () => {
    for (let turn = 0; turn < 1000; turn++) {
      confirms.shift()?.();
      await Promise.resolve();
    }
  };
  return { ask, turns, settle, published, read };
}

describe('serving parts of attachments', () => {
  it('serves once what is asked for again while it waits', async () => {
    const { ask, settle, published, read } = serving();
    for (let time = 0; time < 100; time++) ask('by-mvd', 0);
    ask('by-mvd', 2);
    await settle();
    expect(published).toEqual(['by 0', 'by 1', 'by 2', 'by 3']);
    ask('by-mvd', 0);
    await settle();
    expect(published).toHaveLength(6);
    expect(new Set(read)).toEqual(new Set(['kz-knb out']));
  });

  it('no node delays another, and none asks for more than a bounded amount at once', async () => {
    const { ask, turns, settle, published } = serving();
    for (let first = 0; first < 500; first++) ask('by-mvd', first);
    ask('am-nss', 0);
    await turns(10);
    // Nothing is confirmed yet: each node has one request's parts on their way.
    expect(published).toEqual(['by 0', 'by 1', 'am 0', 'am 1']);
    await settle();
    expect(published.filter((part) => part.startsWith('by'))).toHaveLength(2 * 64);
  });

  it('serves nobody whom no list names', async () => {
    const { ask, settle, published } = serving();
    ask('kg-gknb', 0);
    await settle();
    expect(published).toEqual([]);
  });
});
