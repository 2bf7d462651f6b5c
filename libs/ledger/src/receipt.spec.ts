import { instantOf } from '#core';
import fc from 'fast-check';
import { MemoryLog } from '../testing/memory-log.js';
import { AUTHORITIES, makeOffices, NOW, type Offices } from '../testing/offices.js';
import { dOf, idOf, leafOf, received, receiptLeaves, tellingOf } from '../testing/samples.js';
import {
  cutOut,
  inclusionTiles,
  parseReceipt,
  sealCheckpoint,
  verifyCutOut,
  verifyReceipt,
  type CutOut,
  type Leaf,
  type SentMessage,
} from './index.js';

let offices: Offices;
beforeAll(async () => {
  offices = await makeOffices();
});

const log = new MemoryLog();
log.append(receiptLeaves(400));

/** @param over the checkpoint */
function cut(index: number, size = 400, over: object = {}, from = log): CutOut {
  const tiles = new Set(inclusionTiles(index, size).map((tile) => JSON.stringify(tile)));
  const checkpoint = sealCheckpoint(tellingOf(from, size, size, over).checkpoint, offices.by);
  return cutOut(from.leaves[index] as Leaf, { index, size, checkpoint }, (tile) => {
    if (!tiles.has(JSON.stringify(tile))) throw new Error('a tile that was not asked for');
    return from.read(tile);
  });
}

const messageOf = (n: number): SentMessage => ({
  ...{ D: dOf(n), id: idOf(n), ep: 1, n, iat: NOW + n },
  from: AUTHORITIES.kz,
  to: AUTHORITIES.by,
});
const verify = (value: unknown, n = 7, now = NOW + 10) =>
  verifyReceipt(value, offices, { message: messageOf(n), now });

describe('a receipt', () => {
  it('verifies alone, and for its message, once it has come through JSON', () => {
    for (const [index, size] of [
      [7, 400],
      [0, 1],
      [399, 400],
      [255, 256],
      [256, 257],
    ] as const) {
      const parsed = parseReceipt(Buffer.from(JSON.stringify(cut(index, size), null, 2)));
      if (!parsed.ok) throw new Error(parsed.detail);
      const expected = {
        ok: true,
        content: received(index),
        index,
        checkpoint: { size, from: 'by-mvd' },
        signers: [{ authority: 'by-mvd', role: 'seal', iat: NOW }],
      };
      expect(verifyReceipt(parsed.value, offices)).toMatchObject({ ...expected, effectiveAt: undefined });
      expect(verify(parsed.value, index, NOW + 500)).toMatchObject({ ...expected, effectiveAt: NOW + 500 });
    }
  });

  it('has five members, and nothing of its neighbours but hashes', () => {
    expect(Object.keys(cut(7)).sort()).toEqual(['checkpoint', 'entry', 'index', 'path', 'salt']);
    expect(JSON.stringify(cut(7))).not.toContain(dOf(6));
  });

  it('with another entry, salt, place or path misses the root', () => {
    const receipt = cut(7);
    const other = cut(8);
    const entry = { ...received(7), stage: 'rejected', code: 'REPLAY' };
    for (const over of [
      { entry },
      { entry: other.entry },
      { salt: other.salt },
      { index: 6 },
      { path: other.path },
      { path: [] },
      { path: receipt.path.slice(1) },
      { path: receipt.path.slice(0, -1) },
      { path: [...receipt.path, other.path[0]] },
    ])
      expect(verify({ ...receipt, ...over })).toMatchObject({ ok: false, code: 'LEDGER_ENTRY' });
  });

  it('of another log misses the root', () => {
    const another = new MemoryLog();
    another.append([leafOf(received(1)), ...receiptLeaves(400)]);
    const { checkpoint } = cut(8, 401, {}, another);
    expect(verify({ ...cut(7), checkpoint })).toMatchObject({ ok: false, code: 'LEDGER_ENTRY' });
  });

  it('with a checkpoint from before its entry waits for a newer one', () => {
    const { checkpoint } = cut(0, 7);
    expect(verify({ ...cut(7), checkpoint })).toMatchObject({ ok: false, code: 'LEDGER_BEHIND' });
  });

  it('with a checkpoint that its owner did not seal is a forgery', () => {
    const receipt = cut(7);
    const { payload } = cut(7, 399).checkpoint;
    expect(verify({ ...receipt, checkpoint: { ...receipt.checkpoint, payload } })).toMatchObject({
      ok: false,
      code: 'EVIDENCE_SIGNATURE',
    });
    const checkpoint = sealCheckpoint(tellingOf(log, 400, 400).checkpoint, offices.am);
    expect(verify({ ...receipt, checkpoint })).toMatchObject({ code: 'EVIDENCE_SIGNATURE' });
    const resolve = () => ({ ok: false, code: 'CERTIFICATE_REVOKED', detail: '' }) as const;
    expect(verifyReceipt(receipt, { resolve })).toMatchObject({ code: 'CERTIFICATE_REVOKED' });
  });

  it('of another pair’s log is for no message of ours', () => {
    expect(verify(cut(7, 400, { to: 'am-nss' }))).toMatchObject({ ok: false, code: 'RECEIPT_UNKNOWN' });
    const toAnother = { message: { ...messageOf(7), to: 'am-nss' }, now: NOW };
    expect(verifyReceipt(cut(7), offices, toAnother)).toMatchObject({ code: 'RECEIPT_UNKNOWN' });
  });

  it('for another message is for no message of ours', () => {
    expect(verify(cut(8))).toMatchObject({ ok: false, code: 'RECEIPT_UNKNOWN' });
  });

  it('for a message that we never sent is for none', () => {
    const unsent = { message: undefined, now: NOW };
    expect(verifyReceipt(cut(7), offices, unsent)).toMatchObject({ ok: false, code: 'RECEIPT_UNKNOWN' });
  });

  it('from before its message was sealed is refused, and one from the future waits', () => {
    const about = (iat: number) => ({ message: { ...messageOf(7), iat }, now: NOW });
    expect(verifyReceipt(cut(7), offices, about(NOW + 308))).toMatchObject({ code: 'RECEIPT_TIME' });
    expect(verifyReceipt(cut(7), offices, about(NOW + 307))).toMatchObject({ ok: true });
    const early = { message: messageOf(7), now: NOW - 400 };
    expect(verifyReceipt(cut(7), offices, early)).toMatchObject({ ok: true, effectiveAt: NOW + 7 });
  });

  it('is an entry that says what was received', () => {
    const mixed = new MemoryLog();
    const at = instantOf(NOW);
    mixed.append([leafOf({ kind: 'sent', D: dOf(7), id: idOf(7), ep: 1, n: 7, at })]);
    const sent = cut(0, 1, {}, mixed);
    expect(verify(sent)).toMatchObject({ ok: false, code: 'EVIDENCE_FORMAT' });
    expect(verifyReceipt(sent, offices)).toMatchObject({ ok: false, code: 'EVIDENCE_FORMAT' });
    expect(verifyCutOut(sent, offices)).toMatchObject({ ok: true, content: { kind: 'sent', n: 7 } });
  });
});

describe('a receipt of another form', () => {
  const format = { ok: false, code: 'EVIDENCE_FORMAT' };

  it.each<[string, object]>([
    ['without an entry', { entry: undefined }],
    ['with an entry of a kind that is not known', { entry: { kind: 'vote' } }],
    ['with a faulty entry', { entry: received(7, { stage: 'read' }) }],
    ['with an entry that is too large', { entry: 'x'.repeat(511) }],
    ['without a salt', { salt: undefined }],
    ['with a short salt', { salt: 'AAAA' }],
    ['without an index', { index: undefined }],
    ['with an index below 0', { index: -1 }],
    ['with a broken index', { index: 0.5 }],
    ['without a path', { path: undefined }],
    ['with a path of other than hashes', { path: ['AAAA'] }],
    ['with a path that is longer than any', { path: Array.from({ length: 54 }, () => 'A'.repeat(43)) }],
    ['without a checkpoint', { checkpoint: undefined }],
    ['with another member', { root: 'A'.repeat(43) }],
  ])('%s is refused', (_, over) => {
    expect(verify({ ...cut(7), ...over })).toMatchObject(format);
  });

  it('has at most 32 KiB of JSON in ASCII, without a member twice', () => {
    const text = JSON.stringify(cut(7));
    const parsed = (one: string) => parseReceipt(Buffer.from(one));
    expect(parsed(text.padEnd(32 * 1024))).toMatchObject({ ok: true });
    expect(parsed(text.padEnd(32 * 1024 + 1))).toMatchObject(format);
    expect(parsed(text.replace('"index":7', '"index":7,"index":7'))).toMatchObject(format);
    expect(parsed(text.slice(1))).toMatchObject(format);
    expect(parsed(text.replace('kind', 'kiñd'))).toMatchObject(format);
  });

  it('never makes its reader throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('entry', 'salt', 'index', 'path', 'checkpoint'),
        fc.jsonValue(),
        (name, value) => {
          expect(verify({ ...cut(7), [name]: value })).toHaveProperty('ok', false);
          expect(verify(value)).toMatchObject(format);
        },
      ),
      { numRuns: 50 },
    );
    const bytes = Buffer.from(JSON.stringify(cut(7)));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 127 }), (place, byte) => {
        const spoilt = Buffer.from(bytes);
        spoilt[place] = byte;
        const parsed = parseReceipt(spoilt);
        if (parsed.ok && spoilt[place] !== bytes[place])
          expect(verify(parsed.value)).toMatchObject({ ok: false });
      }),
      { numRuns: 200 },
    );
  });
});
