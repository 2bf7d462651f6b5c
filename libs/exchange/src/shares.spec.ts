import type { Opened } from '#envelope';
import { keyOf, LoadedRows, settleIn } from './index.js';
import type { Circumstances } from './settlement.js';

const PEER = 'by-mvd';
const ID = '01890a5d-ac96-774b-bcce-b30200000001';
const CASE = '01890a5d-ac96-774b-bcce-b30200000002';
const D = Buffer.alloc(32, 1).toString('base64url');
const AT = Date.parse('2026-06-01T00:00:00Z');
const ONE = { id: ID, name: 'a.bin', mediaType: 'text/plain', bytes: 600, sha256: 'A'.repeat(43) };

/**
 * Why a message with one attachment is refused, where the peer has a file of so many bytes at kz-knb. It is of no case, which is looked at
 * after its attachments.
 */
function rejectionOf(own: string, bytes: number, bounds: { peerFilesMax: number; peerBytesMax: number }) {
  const rows = new LoadedRows(true);
  rows.set('attachmentUse', keyOf.attachmentUse('kz-knb', PEER), { files: 1, bytes });
  const payload = {
    ...{ v: 1, id: ID, case: CASE, from: PEER, to: own, act: 'result/1', level: 'open' },
    ...{ instrument: 'cis-it-crime-2018', register: {}, exp: AT / 1000 + 60, attachments: [ONE] },
    body: { language: 'ru' },
  };
  const opened = {
    ...{ ok: true, kind: 'message', D, payload, payloadBytes: Buffer.from('{}') },
    ...{ jws: { payload: '', signatures: [] }, officers: [], attachmentKeys: [], proofs: [] },
    seal: { authority: PEER, ep: 1, n: 1, prev: null, iat: AT / 1000 },
  } as unknown as Opened;
  const body = { kind: 'envelope', exchange: 'out.by', queue: 'kz.from.by', sha256: 'c0', bytes: 1 };
  const circumstances = {
    ...{ at: AT, registerMark: '', firstEpoch: 1, nodeOf: () => 'by' },
    basis: { register: undefined, busLevelMax: 'open' },
    random: (count: number) => Buffer.alloc(count),
    bounds: { nodeRowsMax: 9, nodeBytesMax: 9_000, attachmentBytesMax: 1_000, ...bounds },
  } as unknown as Circumstances;
  const delivered = { node: 'by', body, attempts: 0 };
  const { changes } = settleIn(rows, [{ kind: 'delivery', delivered, opened }], circumstances);
  return changes.state?.get(keyOf.message(own, PEER, 'in', 1, 1))?.rejection;
}

const ROOMY = { peerFilesMax: 9, peerBytesMax: 9_000 };

it('a peer has no more files and bytes here than its share', () => {
  const refused = {
    code: 'ENVELOPE_ATTACHMENT',
    detail: expect.stringContaining('more than 1 files') as unknown,
  };
  expect(rejectionOf('kz-knb', 1, { ...ROOMY, peerFilesMax: 1 })).toMatchObject(refused);
  const full = { ...ROOMY, peerBytesMax: 1_000 };
  expect(rejectionOf('kz-knb', 401, full)).toMatchObject({
    detail: expect.stringContaining('more than 1000 bytes') as unknown,
  });
  expect(rejectionOf('kz-knb', 400, full)?.code).toBe('CASE_TRANSITION');
});

it('what one authority of a node received takes nothing of the share of another', () => {
  expect(rejectionOf('kz-mvd', 1, { ...ROOMY, peerFilesMax: 1 })?.code).toBe('CASE_TRANSITION');
});
