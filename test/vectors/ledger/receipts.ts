import { instantOf, toBase64url } from '#core';
import type { Checkpoint, Jws } from '#envelope';
import { cutOut, sealCheckpoint, type CutOut, type Leaf, type SentMessage } from '#ledger';
import { MemoryLog } from '../../../libs/ledger/testing/memory-log.js';
import { AUTHORITIES, NOW, type Offices } from '../../../libs/ledger/testing/offices.js';
import {
  digest,
  dOf,
  idOf,
  leafOf,
  received,
  receiptLeaves,
  tellingOf,
} from '../../../libs/ledger/testing/samples.js';

/** Receipts in the log that `by` keeps for `kz`: what verifies, and one fault each. */
export type ReceiptCase = [
  description: string,
  /** Of the refusal; null where it verifies. */
  code: string | null,
  receipt: (world: World) => object | string,
  message?: SentMessage | null,
];

export interface World {
  readonly offices: Offices;
  /** Twenty messages accepted, one each of the other stages, and a message of `by`. */
  readonly log: MemoryLog;
}

const [STORED, REJECTED, AHEAD, SENT, SIZE] = [20, 21, 22, 23, 24];

export function worldOf(offices: Offices): World {
  const log = new MemoryLog();
  log.append([
    ...receiptLeaves(20),
    leafOf(received(STORED, { stage: 'stored' })),
    leafOf(received(REJECTED, { stage: 'rejected', code: 'ENVELOPE_POLICY', rule: 'cis-it-crime-2018#6.1' })),
    leafOf(received(AHEAD, { at: instantOf(NOW + 3_600) })),
    leafOf({ kind: 'sent', D: dOf(0), id: idOf(0), ep: 1, n: 0, at: instantOf(NOW) }),
  ]);
  return { offices, log };
}

export const messageOf = (n: number, over: Partial<SentMessage> = {}): SentMessage => ({
  ...{ D: dOf(n), id: idOf(n), ep: 1, n, iat: NOW },
  ...{ from: AUTHORITIES.kz, to: AUTHORITIES.by },
  ...over,
});

function sealed({ offices, log }: World, size = SIZE, over: Partial<Checkpoint> = {}): Jws {
  return sealCheckpoint(tellingOf(log, size, size, over).checkpoint, offices.by);
}

function cut(world: World, index: number, size = SIZE, over: Partial<Checkpoint> = {}): CutOut {
  const leaf = world.log.leaves[index] as Leaf;
  return cutOut(leaf, { index, size, checkpoint: sealed(world, size, over) }, world.log.read);
}

export const RECEIPTS: readonly ReceiptCase[] = [
  ['good: accepted', null, (world) => cut(world, 7)],
  ['good: stored', null, (world) => cut(world, STORED), messageOf(STORED)],
  ['good: rejected, with its article', null, (world) => cut(world, REJECTED), messageOf(REJECTED)],
  ['good: of a log of one entry', null, (world) => cut(world, 0, 1), messageOf(0)],
  ['good: dated ahead, it counts later', null, (world) => cut(world, AHEAD), messageOf(AHEAD)],
  ['good: written by a person', null, (world) => JSON.stringify(cut(world, 7), null, 4)],
  [
    'forged: another verdict in the entry',
    'LEDGER_ENTRY',
    (world) => ({ ...cut(world, 7), entry: received(7, { stage: 'rejected', code: 'REPLAY' }) }),
  ],
  ['forged: another salt', 'LEDGER_ENTRY', (world) => ({ ...cut(world, 7), salt: cut(world, 8).salt })],
  [
    'forged: another checkpoint under the signature',
    'EVIDENCE_SIGNATURE',
    (world) => {
      const receipt = cut(world, 7);
      return { ...receipt, checkpoint: { ...receipt.checkpoint, payload: sealed(world, 23).payload } };
    },
  ],
  [
    'forged: sealed by another authority',
    'EVIDENCE_SIGNATURE',
    (world) => {
      const { checkpoint } = tellingOf(world.log, SIZE, SIZE);
      return { ...cut(world, 7), checkpoint: sealCheckpoint(checkpoint, world.offices.am) };
    },
  ],
  [
    'forged: signed twice',
    'EVIDENCE_SIGNATURE',
    (world) => {
      const { payload, signatures } = sealed(world);
      return { ...cut(world, 7), checkpoint: { payload, signatures: [...signatures, ...signatures] } };
    },
  ],
  [
    'stale: a checkpoint from before the entry',
    'LEDGER_BEHIND',
    (world) => ({ ...cut(world, 7), checkpoint: sealed(world, 7) }),
  ],
  [
    'stale: older than its message',
    'RECEIPT_TIME',
    (world) => cut(world, 7),
    messageOf(7, { iat: NOW + 7 + 301 }),
  ],
  ['foreign: of a log for another authority', 'RECEIPT_UNKNOWN', (world) => cut(world, 7, SIZE, { to: 'am-nss' })],
  [
    'foreign: a leaf of another log',
    'LEDGER_ENTRY',
    (world) => {
      const log = new MemoryLog();
      log.append([leafOf(received(7), 'another'), ...receiptLeaves(30)]);
      return { ...cut({ ...world, log }, 8, 31), checkpoint: sealed(world) };
    },
  ],
  ['a message never sent', 'RECEIPT_UNKNOWN', (world) => cut(world, 7), null],
  ['a message with another number', 'RECEIPT_UNKNOWN', (world) => cut(world, 7), messageOf(7, { n: 8 })],
  [
    'proof: truncated',
    'LEDGER_ENTRY',
    (world) => ({ ...cut(world, 7), path: cut(world, 7).path.slice(0, -1) }),
  ],
  [
    'proof: without its first hash',
    'LEDGER_ENTRY',
    (world) => ({ ...cut(world, 7), path: cut(world, 7).path.slice(1) }),
  ],
  [
    'proof: stretched',
    'LEDGER_ENTRY',
    (world) => ({ ...cut(world, 7), path: [...cut(world, 7).path, toBase64url(digest('more'))] }),
  ],
  ['proof: of another place', 'LEDGER_ENTRY', (world) => ({ ...cut(world, 7), index: 6 })],
  [
    'proof: longer than any',
    'EVIDENCE_FORMAT',
    (world) => ({ ...cut(world, 7), path: Array.from({ length: 54 }, () => toBase64url(digest('more'))) }),
  ],
  ['form: no receipt, but what was sent', 'EVIDENCE_FORMAT', (world) => cut(world, SENT), messageOf(0)],
  [
    'form: an acceptance with a code',
    'EVIDENCE_FORMAT',
    (world) => ({ ...cut(world, 7), entry: received(7, { code: 'REPLAY' }) }),
  ],
  [
    'form: a salt with padding',
    'EVIDENCE_FORMAT',
    (world) => ({ ...cut(world, 7), salt: `${cut(world, 7).salt}==` }),
  ],
  [
    'form: a member twice',
    'EVIDENCE_FORMAT',
    (world) => JSON.stringify(cut(world, 7)).replace('"stage"', '"stage":"stored","stage"'),
  ],
  ['form: not JSON', 'EVIDENCE_FORMAT', (world) => JSON.stringify(cut(world, 7)).slice(0, -1)],
];
