import type { Opened, Rejected } from '#envelope';
import { keyOf, LoadedRows, settleIn, settleLog, settleTelling } from './index.js';
import type { Circumstances } from './settlement.js';

const NODE = 'kz';
const UNKNOWN: Rejected = { ok: false, code: 'CERTIFICATE_UNKNOWN', detail: 'no list names it' };
/** Nothing that an authentic statement can be: settling it throws. */
const FAULTY = {
  ...{ ok: true, kind: 'statement', typ: 'valise-void+jws', content: null, to: 'by-mvd' },
  signer: { authority: 'kz-knb' },
} as unknown as Opened;

let rows: LoadedRows;
beforeEach(() => {
  rows = new LoadedRows(true);
});

const circumstances = {
  ...{ at: Date.parse('2026-06-01T00:00:00Z'), registerMark: '', firstEpoch: 1, nodeOf: () => NODE },
  bounds: { nodeRowsMax: 3, nodeBytesMax: 1_000 },
} as unknown as Circumstances;

function deliveredAs(
  sha256: string,
  bytes: number,
  before: { attempts?: number; held?: string; readableBy?: string } = {},
) {
  const body = { kind: 'envelope', exchange: 'out.kz', queue: 'by.from.kz', sha256, bytes };
  return { node: NODE, body, attempts: 0, ...before };
}

function deliver(
  opened: Opened | Rejected,
  sha256: string,
  bytes = 1,
  before?: Parameters<typeof deliveredAs>[2],
) {
  const delivered = deliveredAs(sha256, bytes, before);
  const member = { kind: 'delivery', delivered, opened, asking: { hash: sha256, iat: 0 } } as const;
  const { changes, settled } = settleIn(rows, [member], circumstances);
  rows.apply(changes);
  return settled[0];
}
const held = () => [...rows.entries('held')].map(([, { body }]) => body.sha256);
const use = () => rows.get('nodeUse', NODE);

describe('what is held of one node', () => {
  it('is so many deliveries: the rest is counted, and has its room once others are settled', () => {
    for (const sha256 of ['one', 'two', 'three', 'four']) expect(deliver(UNKNOWN, sha256)).toBe('held');
    expect(held()).toEqual(['one', 'two', 'three']);
    expect(use()).toMatchObject({ heldRows: 3, heldBytes: 3, refused: { held: 1 } });
    // The same one is neither kept again nor counted.
    deliver(UNKNOWN, 'two');
    expect(use()).toMatchObject({ heldRows: 3, refused: { held: 1 } });
    const invalid: Rejected = { ok: false, code: 'ENVELOPE_SIGNATURE', detail: 'a test' };
    expect(deliver(invalid, 'one', 1, { attempts: 1, held: keyOf.held(NODE, 'one') })).toBe('quarantined');
    deliver(UNKNOWN, 'four');
    expect(held()).toEqual(['two', 'three', 'four']);
  });

  it('is so many bytes, to the byte', () => {
    deliver(UNKNOWN, 'one', 600);
    deliver(UNKNOWN, 'two', 401);
    expect([held(), use()?.refused]).toEqual([['one'], { held: 1 }]);
    deliver(UNKNOWN, 'three', 400);
    expect([held(), use()?.heldBytes]).toEqual([['one', 'three'], 1_000]);
  });
});

describe('one that makes its settlement throw when it is tried again', () => {
  const before = { attempts: 1, held: keyOf.held(NODE, 'one') };

  it('goes to quarantine once, and is not held any more', () => {
    deliver(UNKNOWN, 'one');
    expect(deliver(FAULTY, 'one', 1, before)).toBe('quarantined');
    expect(held()).toEqual([]);
    expect(use()).toMatchObject({ heldRows: 0, heldBytes: 0, quarantineRows: 1 });
    expect([...rows.entries('quarantine')].map(([, { code, times }]) => [code, times])).toEqual([
      ['INTERNAL', 1],
    ]);
  });

  it('is no other where it tells of a log', () => {
    deliver(UNKNOWN, 'one');
    const told = { checkpoint: { from: 'kz-knb', to: 'by-mvd', ep: 1 } } as never;
    const member = { kind: 'telling', delivered: deliveredAs('one', 1, before), told } as const;
    const { changes, taken } = settleLog(rows, [member], circumstances);
    rows.apply(changes);
    expect(taken).toEqual(['quarantined']);
    expect([held(), use()?.heldRows]).toEqual([[], 0]);
  });
});

describe('an ask for a log that was held because its signer was not known', () => {
  const before = { attempts: 1, held: keyOf.held(NODE, 'one') };
  const asking = { hash: 'one', iat: 0 };
  const tried = (ask: object) => {
    const delivered = deliveredAs('one', 1, before);
    const member = { kind: 'ask', ask: ask as never, asking, delivered } as const;
    const { changes, faults } = settleTelling(rows, [member], circumstances);
    rows.apply(changes);
    return faults.length;
  };

  it('is not held any more once it is read, whether it is answered or too old', () => {
    deliver(UNKNOWN, 'one');
    expect(tried({ from: 'kz-knb', to: 'by-mvd', ep: 1, have: 0, at: '2020-01-01T00:00:00Z' })).toBe(0);
    expect([held(), use()?.heldRows]).toEqual([[], 0]);
  });

  it('is not held any more where it makes its settlement throw', () => {
    deliver(UNKNOWN, 'one');
    expect(
      tried({
        from: null,
        to: 'by-mvd',
        ep: 1,
        have: 0,
        get at() {
          throw new Error('a test');
        },
      }),
    ).toBe(1);
    expect([held(), use()?.heldRows]).toEqual([[], 0]);
  });
});

describe('what is kept in clear', () => {
  it.each<[string, Opened | Rejected, number]>([
    ['is refused', { ok: false, code: 'ENVELOPE_SIGNATURE', detail: 'a test' }, 0],
    ['is given up', UNKNOWN, 151],
    ['makes its settlement throw', FAULTY, 0],
  ])('is in quarantine of its recipient alone where it %s', (_, opened, attempts) => {
    deliver(opened, 'one', 1, { attempts, readableBy: 'by-mvd' });
    deliver(opened, 'two', 1, { attempts });
    expect([...rows.entries('quarantine')].map(([, { authority }]) => authority)).toEqual(['by-mvd', null]);
  });
});
