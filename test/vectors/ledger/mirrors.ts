import { canonicalJson, instantOf } from '#core';
import type { Checkpoint } from '#envelope';
import { leafHash, sealCheckpoint, tellingBytes, type Leaf, type Numbers, type Sealing, type StoredLeaf } from '#ledger';
import { MemoryLog } from '../../../libs/ledger/testing/memory-log.js';
import { NOW, type Offices } from '../../../libs/ledger/testing/offices.js';
import { leafOf, received, receiptLeaves, saltOf, tellingOf, type ToldPiece } from '../../../libs/ledger/testing/samples.js';

/** Tellings of the log that `by` keeps for `kz`, as they come to a mirror that is empty at first. */
export type MirrorCase = [
  description: string,
  /** What each does, in the words of `MirrorOutcome`, with its code; or `refused` before it gets there. */
  outcomes: readonly string[],
  tellings: (world: World) => readonly string[],
  numbers?: Numbers,
];

export interface World {
  readonly offices: Offices;
  readonly log: MemoryLog;
  /** The same up to entry 7, and then another. */
  readonly forked: MemoryLog;
}

export function worldOf(offices: Offices): World {
  const [log, forked] = [new MemoryLog(), new MemoryLog()];
  log.append(receiptLeaves(70));
  forked.append(receiptLeaves(7));
  forked.append(Array.from({ length: 23 }, (_, n) => leafOf(received(n), `fork ${n}`)));
  return { offices, log, forked };
}

const logOf = (leaves: readonly StoredLeaf[]): MemoryLog => {
  const log = new MemoryLog();
  log.append(leaves);
  return log;
};
const text = ({ checkpoint, entries }: ToldPiece, seal: Sealing): string =>
  tellingBytes({ checkpoint: sealCheckpoint(checkpoint, seal), entries }).toString();

/** Tellings of [start, size) of a log, one after the other. */
const tells =
  (...stretches: readonly (readonly [start: number, size: number, of?: 'forked' | 'log', over?: Partial<Checkpoint>])[]) =>
  (world: World): string[] =>
    stretches.map(([start, size, of = 'log' as const, over = {}]) =>
      text(tellingOf(world[of], start, size, over), world.offices.by),
    );

function strange(content: unknown): Leaf {
  const [salt, written] = [saltOf('strange'), canonicalJson(content)];
  return { salt, text: written, hash: leafHash(Buffer.concat([salt, Buffer.from(written)])) };
}

const [one, two] = [leafOf(received(1)), leafOf(received(2))];
const erasedOne = { hash: one.hash, salt: null, text: null };
const naming = leafOf({ kind: 'erased', ep: 1, index: 0, at: instantOf(NOW) });

const FORK = 'fork LEDGER_FORK';
const UNLIKE = 'unlike LEDGER_ENTRY';
const AHEAD = 'ahead LEDGER_BEHIND';

export const MIRRORS: readonly MirrorCase[] = [
  ['good: piece by piece', ['appended', 'appended', 'appended'], tells([0, 5], [5, 9], [9, 30])],
  ['good: overlapping and repeated', ['appended', 'appended', 'unchanged'], tells([0, 5], [2, 30], [0, 5])],
  ['good: in another order', [AHEAD, 'appended', 'appended'], tells([5, 9], [0, 5], [5, 9])],
  ['good: empty', ['unchanged', 'appended', 'unchanged'], tells([0, 0], [0, 4], [4, 4])],
  [
    'good: an erased entry that a later one names',
    ['appended'],
    ({ offices }) => [text(tellingOf(logOf([erasedOne, two, naming]), 0, 3), offices.by)],
  ],
  [
    'good: contents of an unknown kind, and faulty ones',
    ['appended'],
    ({ offices }) => [text(tellingOf(logOf([strange({ kind: 'vote' }), strange([]), one]), 0, 3), offices.by)],
  ],
  [
    'entries: forged beside a genuine checkpoint, which comes again',
    [UNLIKE, 'appended'],
    ({ offices, log, forked }) => {
      const telling = tellingOf(log, 0, 10);
      const { entries } = tellingOf(forked, 0, 10);
      return [text({ ...telling, entries }, offices.by), text(telling, offices.by)];
    },
  ],
  [
    'entries: one left out',
    [UNLIKE],
    ({ offices, log }) => {
      const telling = tellingOf(log, 0, 10);
      return [text({ ...telling, entries: telling.entries.slice(1) }, offices.by)];
    },
  ],
  [
    'entries: a number that is not exact',
    [UNLIKE],
    (world) => tells([0, 10])(world).map((telling) => telling.replace('"n":9', '"n":9007199254740993')),
  ],
  ['entries: more than an honest log has', ['appended', 'too-long LEDGER_ENTRY'], tells([0, 64], [64, 65]), { own: 0, peer: 0 }],
  ['fork: another start', ['appended', FORK], tells([0, 10], [10, 12, 'forked'])],
  ['fork: another head of our size', ['appended', FORK], tells([0, 10], [0, 10, 'forked'])],
  ['fork: a head that shrinks, and is another', ['appended', FORK], tells([0, 10], [0, 9, 'forked'])],
  [
    'fork: a head that shrinks, and is the same, is only old',
    ['appended', 'unchanged'],
    tells([0, 10], [0, 7, 'forked', { at: instantOf(NOW + 60) }]),
  ],
  [
    'fork: behind a start that both have, found by asking',
    ['appended', UNLIKE, FORK],
    tells([0, 10], [7, 12, 'forked'], [10, 12, 'forked']),
  ],
  [
    'checkpoint: sealed by another authority',
    ['refused EVIDENCE_SIGNATURE'],
    ({ offices, log }) => [text(tellingOf(log, 0, 10), offices.am)],
  ],
  [
    'checkpoint: another under the signature',
    ['refused EVIDENCE_SIGNATURE'],
    (world) => {
      const [long = '', short = ''] = tells([0, 10], [0, 9])(world);
      const payloadOf = (telling: string) => /"payload":"([^"]*)"/.exec(telling)?.[1] ?? '';
      return [long.replace(payloadOf(long), payloadOf(short))];
    },
  ],
  [
    'form: entries twice',
    ['refused ENVELOPE_FORMAT'],
    (world) => tells([0, 10])(world).map((telling) => telling.replace('"entries":', '"entries":[],"entries":')),
  ],
  [
    'form: without entries',
    ['refused ENVELOPE_FORMAT'],
    (world) => tells([0, 10])(world).map((telling) => telling.replace(/,"entries":.*/, '}')),
  ],
];
