import fc from 'fast-check';
import { makeOffices, type Offices } from '../testing/offices.js';
import { MemoryLog } from '../testing/memory-log.js';
import { receiptLeaves, tellingOf, type ToldPiece } from '../testing/samples.js';
import {
  parseTelling,
  readEntries,
  sealCheckpoint,
  tellingBytes,
  verifyCheckpoint,
  type Telling,
} from './index.js';

let offices: Offices;
let piece: ToldPiece;
let telling: Telling;
beforeAll(async () => {
  offices = await makeOffices();
  const log = new MemoryLog();
  log.append(receiptLeaves(3));
  piece = tellingOf(log, 0, 3);
  telling = { checkpoint: sealCheckpoint(piece.checkpoint, offices.by), entries: piece.entries };
});

const parsed = (text: string) => parseTelling(Buffer.from(text));
const refusal = { ok: false, code: 'ENVELOPE_FORMAT' };

describe('a telling', () => {
  it('comes through its plaintext as it was, the checkpoint verifies, and the entries are those of its leaves', () => {
    const read = parseTelling(tellingBytes(telling));
    expect(read).toEqual({ ok: true, ...telling });
    if (!read.ok) return;
    expect(verifyCheckpoint(read.checkpoint, offices)).toMatchObject({ ok: true, content: piece.checkpoint });
    expect(readEntries(read.entries, 0, 3)).toMatchObject({
      ok: true,
      entries: receiptLeaves(3).map(({ hash, salt, text }) => ({ hash, salt, text })),
    });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"checkpoint,entries"'],
    ['no entries', '{"checkpoint":{}}'],
    ['no checkpoint', '{"entries":[]}'],
    ['another member', '{"checkpoint":{},"entries":[],"proofs":[]}'],
    ['entries that are no list', '{"checkpoint":{},"entries":{"length":0}}'],
    ['entries twice', '{"checkpoint":{},"entries":[1],"entries":[]}'],
    ['a member twice further inside', '{"checkpoint":{"a":1,"a":2},"entries":[]}'],
    ['a prototype', '{"checkpoint":{"__proto__":1},"entries":[]}'],
    ['other letters', '{"checkpoint":{"a":"я"},"entries":[]}'],
  ])('that is %s is refused', (_, text) => {
    expect(parsed(text)).toMatchObject(refusal);
  });

  it('has its members in any order', () => {
    const expected = { ok: true, checkpoint: {}, entries: [1] };
    expect(parsed('{"checkpoint":{},"entries":[1]}')).toEqual(expected);
    expect(parsed('{"entries":[1],"checkpoint":{}}')).toEqual(expected);
  });

  it('that is refused says why', () => {
    expect(parsed('{')).toMatchObject({ detail: expect.stringContaining('JSON') as unknown });
    expect(parsed('{}')).toMatchObject({ detail: expect.stringContaining('members') as unknown });
  });

  it('that nests deeper than 32 is refused before anything recurses', () => {
    const nested = (depth: number) => `{"checkpoint":${'['.repeat(depth)}${']'.repeat(depth)},"entries":[]}`;
    expect(parsed(nested(31))).toMatchObject({ ok: true });
    expect(parsed(nested(32))).toMatchObject(refusal);
    expect(parsed(nested(100_000))).toMatchObject(refusal);
  });

  it('has at most 272 KiB, whatever it is filled with', () => {
    const frame = '{"checkpoint":{},"entries":[]}';
    expect(parsed(frame.padEnd(272 * 1024))).toMatchObject({ ok: true });
    expect(parsed(frame.padEnd(272 * 1024 + 1))).toMatchObject(refusal);
  });

  it('of whatever bytes never makes its reader throw', () => {
    const spoiling = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(spoiling, { minLength: 1, maxLength: 5 }), (changes) => {
        const bytes = tellingBytes(telling);
        for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
        const read = parseTelling(bytes);
        if (!read.ok) return;
        expect(verifyCheckpoint(read.checkpoint, offices)).toHaveProperty('ok');
        expect(readEntries(read.entries, 0, 3)).toHaveProperty('ok');
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (checkpoint, entries) => {
        const read = parsed(JSON.stringify({ checkpoint, entries }));
        if (read.ok) expect(verifyCheckpoint(read.checkpoint, offices)).toMatchObject({ ok: false });
        expect(readEntries(entries, 0, 1)).toHaveProperty('ok');
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => !parseTelling(bytes).ok));
  });
});

describe('the entries of a telling', () => {
  const refused = { ok: false, code: 'LEDGER_ENTRY' };

  it('are as many as its checkpoint says', () => {
    expect(readEntries(piece.entries, 0, 2)).toMatchObject(refused);
    expect(readEntries(piece.entries, 0, 4)).toMatchObject(refused);
    expect(readEntries(undefined, 0, 0)).toMatchObject(refused);
    expect(readEntries({ length: 0 }, 0, 0)).toMatchObject(refused);
    expect(readEntries([], 0, 0)).toEqual({ ok: true, entries: [] });
  });

  it('are not read where they are had already', () => {
    const [, , third] = piece.entries;
    const entries = [null, 'anything', third];
    expect(readEntries(entries, 2, 3)).toMatchObject({ ok: true, entries: [{ content: { n: 2 } }] });
    expect(readEntries(entries, 1, 3)).toMatchObject(refused);
  });

  it('are at most 512', () => {
    const many = (count: number) => Array.from({ length: count }, () => piece.entries[0]);
    expect(readEntries(many(512), 0, 512)).toMatchObject({ ok: true });
    expect(readEntries(many(513), 0, 513)).toMatchObject(refused);
  });

  it('have at most 256 KiB', () => {
    const [first] = piece.entries;
    const of = (letters: number) => ({ ...first, content: 'x'.repeat(letters) });
    // Each has 47 bytes beside its letters: quotes, salt, names of members, signs and a comma.
    const many = Array.from({ length: 470 }, () => of(510));
    const rest = 262_144 - 470 * 557 - 47;
    expect(JSON.stringify([...many, of(rest)])).toHaveLength(262_144 + 1);
    expect(readEntries([...many, of(rest)], 0, 471)).toMatchObject({ ok: true });
    expect(readEntries([...many, of(rest + 1)], 0, 471)).toMatchObject(refused);
  });
});
