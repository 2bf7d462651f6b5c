import { createHash } from 'node:crypto';
import type { Opened } from '#envelope';
import { keyOf, LoadedRows, settleIn, settleTelling } from './index.js';
import type { Circumstances } from './settlement.js';

const [OWN, PEER] = ['kz-knb', 'by-mvd'];
const ID = '01890a5d-ac96-774b-bcce-b30200000001';
const CASE = '01890a5d-ac96-774b-bcce-b30200000002';
const D = Buffer.alloc(32, 1).toString('base64url');
const AT = Date.parse('2026-06-01T00:00:00Z');

const circumstances = (at = AT) =>
  ({
    ...{ at, registerMark: '', firstEpoch: 1, nodeOf: () => 'by' },
    basis: { register: undefined, busLevelMax: 'open' },
    random: (count: number) => Buffer.alloc(count),
    bounds: { nodeRowsMax: 9, nodeBytesMax: 9_000, attachmentBytesMax: 1_000 },
  }) as unknown as Circumstances;

/** It is of no case, and so rejected; what follows is the same for one that is accepted. */
function delivery(sha256: string, identity = D) {
  const payload = {
    ...{ v: 1, id: ID, case: CASE, from: PEER, to: OWN, act: 'result/1', level: 'open' },
    ...{ instrument: 'cis-it-crime-2018', register: {}, exp: AT / 1000 + 60, attachments: [] },
    body: { language: 'ru' },
  };
  const opened = {
    ...{ ok: true, kind: 'message', D: identity, payload, payloadBytes: Buffer.from('{}') },
    ...{ jws: { payload: '', signatures: [] }, officers: [], attachmentKeys: [], proofs: [] },
    seal: { authority: PEER, ep: 1, n: 1, prev: null, iat: AT / 1000 },
  } as unknown as Opened;
  const body = { kind: 'envelope', exchange: 'out.by', queue: 'kz.from.by', sha256, bytes: 1 };
  return { kind: 'delivery', delivered: { node: 'by', body, attempts: 0 }, opened } as const;
}

it('a message that comes a thousand times leaves nothing after the first but its count', () => {
  const rows = new LoadedRows(true);
  rows.apply(settleIn(rows, [delivery('first')], circumstances()).changes);
  const { log } = rows.get('pair', keyOf.pair(OWN, PEER)) ?? {};
  expect(log?.size).toBe(1);
  for (let time = 1; time <= 1_000; time++) {
    const { changes, settled } = settleIn(rows, [delivery(`again ${time}`)], circumstances(AT + time));
    expect(settled).toEqual(['duplicate']);
    expect(Object.keys(changes)).toEqual(['pair']);
    rows.apply(changes);
  }
  expect(rows.get('pair', keyOf.pair(OWN, PEER))).toMatchObject({ duplicates: 1_000, log });
});

it('and is answered by one empty telling a second', () => {
  const rows = new LoadedRows(true);
  rows.apply(settleIn(rows, [delivery('first')], circumstances()).changes);
  const due = { kind: 'due', own: OWN, peer: PEER, evenEmpty: true } as const;
  const toldAt = (at: number) => {
    const { changes, toTell } = settleTelling(rows, [due], circumstances(at));
    rows.apply(changes);
    return toTell.flat();
  };
  const [receipt] = toldAt(AT);
  expect(receipt?.entries).toHaveLength(1);
  if (receipt) {
    const told = { kind: 'told', checkpoint: receipt.checkpoint } as const;
    rows.apply(settleTelling(rows, [told], circumstances()).changes);
  }
  expect(toldAt(AT + 999)).toEqual([]);
  expect(toldAt(AT + 1_000)).toMatchObject([{ entries: [] }]);
  expect(toldAt(AT + 1_999)).toEqual([]);
});

it('of a thousand messages under one identifier a few are receipted, and the rest is counted', () => {
  const rows = new LoadedRows(true);
  for (let form = 0; form < 1_000; form++) {
    const identity = createHash('sha256').update(String(form)).digest('base64url');
    const { changes, settled } = settleIn(rows, [delivery(`form ${form}`, identity)], circumstances());
    expect(settled).toEqual([form === 0 ? 'rejected' : 'conflict']);
    rows.apply(changes);
  }
  expect(rows.get('arrival', keyOf.arrival(OWN, PEER, ID))?.seen).toHaveLength(16);
  expect(rows.get('pair', keyOf.pair(OWN, PEER))?.log.size).toBe(16);
  expect(rows.get('nodeUse', 'by')?.refused).toMatchObject({ conflict: 984 });
});
