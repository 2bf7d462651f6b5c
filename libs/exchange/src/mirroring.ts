import type { ErrorCode } from '#core';
import type { Checkpoint, Jws } from '#envelope';
import {
  emptyMirror,
  forkTiles,
  judgeSeen,
  type Mirror,
  type MirroredLeaf,
  mirroredMax,
  mirrorTelling,
  proveFork,
  type ReadTile,
  rootAt,
  rootsNeeded,
  type Numbers,
} from '#ledger';
import { rebuildCases } from './cases.js';
import { countRefused, type Delivered, keepInQuarantine } from './endings.js';
import { MISSING_MAX } from './gaps.js';
import { noteInternally } from './log.js';
import { type Circumstances, instantAt, makePair, pairOf } from './settlement.js';
import { keyOf } from './keys.js';
import type { MirrorRow, PairRow } from './tables.js';
import { takeReceipt } from './receipts.js';
import type { View } from './view.js';

/** Before it asks for what it lacks, a telling that overtook another has so long, in milliseconds. */
const ASK_AFTER_MS = 1_000;

/** A checkpoint whose signature was verified, and the entries that came beside it, which nobody looked at. */
export interface Told {
  readonly checkpoint: Checkpoint;
  readonly jws: Jws;
  readonly entries: readonly unknown[];
}

export type TakenTelling =
  | 'appended'
  | 'unchanged'
  | 'ahead'
  /** Of an epoch that its sender has not stated yet. */
  | 'early'
  /** Not taken, with a row of the quarantine that says why. */
  | 'unlike'
  | 'too-long'
  | 'fork'
  /** The mirror was stopped before. */
  | 'stopped';

/**
 * Takes what a peer tells of the log that it keeps for us: the mirror grows, and what the new entries say of our messages
 * takes effect. Under the mirror's lock; of the pair it only reads.
 */
export function takeTelling(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  told: Told,
): TakenTelling {
  const { from: peer, to: own, ep } = told.checkpoint;
  const pair = pairOf(view, circumstances, own, peer);
  makePair(view, circumstances, own, peer);
  if (ep > pair.inEp) return 'early';
  const key = keyOf.mirror(own, peer, ep);
  const row = view.read('mirror', key);
  if (!row && !mayHaveLog(view, pair, told.checkpoint)) {
    refuse(view, circumstances, delivered, told, 'LEDGER_ENTRY', `there was no epoch ${ep}`);
    return 'unlike';
  }
  if (row?.stopped) {
    countRefused(view, delivered.node, 'log');
    return 'stopped';
  }
  const mirror: Mirror = row
    ? { own, peer, ep, edge: row.edge, heldAt: row.heldAt }
    : emptyMirror({ own, peer, ep });
  const read = tilesOf(view, own, peer, ep, 'mirror');
  const roots = new Map(rootsNeeded(mirror, told.checkpoint).map((size) => [size, rootAt(size, read)]));
  const numbers = numbersOf(pair);
  const outcome = mirrorTelling(mirror, told, numbers, (size) => roots.get(size) ?? rootAt(size, read));
  const kept = row ?? { ...EMPTY_MIRROR, edge: mirror.edge };
  switch (outcome.is) {
    case 'unchanged':
      if (outcome.isNewer) hold(view, circumstances, key, kept, told);
      return 'unchanged';
    case 'ahead':
      ask(view, circumstances, told.checkpoint, outcome.have, told.checkpoint.size);
      return 'ahead';
    case 'unlike':
      refuse(view, circumstances, delivered, told, 'LEDGER_ENTRY', outcome.detail);
      ask(view, circumstances, told.checkpoint, outcome.have, told.checkpoint.size);
      return 'unlike';
    case 'too-long':
      view.put('mirror', key, { ...kept, stopped: 'too-long' });
      refuse(view, circumstances, delivered, told, 'LEDGER_ENTRY', outcome.detail);
      return 'too-long';
    case 'fork': {
      const { checkpoint: held } = kept;
      view.put('mirror', key, { ...kept, stopped: 'fork' });
      if (held) {
        const size = mirror.edge.size;
        for (const tile of forkTiles(outcome.contradiction, size)) read(tile);
        const proof = proveFork(outcome.contradiction, { claim: told.jws, held, size }, read);
        view.put('fork', key, { proof, at: circumstances.at });
      }
      refuse(view, circumstances, delivered, told, 'LEDGER_FORK', 'its signatures contradict each other');
      return 'fork';
    }
    case 'appended': {
      const { leaves, nodes, mirror: longer } = outcome;
      for (const { index, hash, salt, text } of leaves)
        view.put('leaf', keyOf.leaf(own, peer, ep, 'mirror', index), { hash, salt, text });
      for (const { level, idx, hash } of nodes)
        view.put('node', keyOf.node(own, peer, ep, 'mirror', level, idx), { hash });
      hold(
        view,
        circumstances,
        key,
        { ...kept, edge: longer.edge, sent: sentIn(leaves, ep, kept.sent, circumstances.at) },
        told,
      );
      answered(view, told, longer.edge.size);
      takeEffects(view, circumstances, delivered, told, leaves);
      return 'appended';
    }
  }
}

/** Whether an epoch is, or was, one of the peer's, as far as it was stated here or is being asked for. */
function mayHaveLog(view: View, { own, peer, inEp }: PairRow, { ep }: Pick<Checkpoint, 'ep'>): boolean {
  if (ep === inEp || ep === FIRST_EPOCH) return true;
  if (view.read('epoch', keyOf.epoch(own, peer, 'in', ep))) return true;
  return view.read('outbox', keyOf.statement(own, peer, 'valise-log-ask+jws', String(ep))) !== null;
}
const FIRST_EPOCH = 1;

export const EMPTY_MIRROR: Omit<MirrorRow, 'edge'> = {
  checkpoint: null,
  heldAt: null,
  sent: null,
  stopped: null,
  seenAmiss: null,
};

/** The newest checkpoint is kept; what its signer has seen of our own log is judged. */
function hold(
  view: View,
  circumstances: Circumstances,
  key: string,
  row: MirrorRow,
  { checkpoint, jws }: Told,
): void {
  const seen = seenAmiss(view, circumstances, checkpoint);
  if (seen !== null && row.seenAmiss === null)
    noteInternally(view, circumstances, checkpoint.to, 'log-seen-amiss', {
      peer: checkpoint.from,
      seen: checkpoint.seen,
      is: seen,
    });
  view.put('mirror', key, {
    ...row,
    checkpoint: jws,
    heldAt: checkpoint.at,
    seenAmiss: row.seenAmiss ?? seen,
  });
}

function seenAmiss(
  view: View,
  circumstances: Circumstances,
  { seen, from: peer, to: own }: Checkpoint,
): MirrorRow['seenAmiss'] {
  const pair = pairOf(view, circumstances, own, peer);
  const sizeOf = (ep: number) =>
    ep === pair.outEp ? pair.log.size : view.read('closedLog', keyOf.mirror(own, peer, ep))?.edge.size;
  const judged = judgeSeen(seen, sizeOf, (ep, size) => rootAt(size, tilesOf(view, own, peer, ep, 'own')));
  // Of a log that a restore ended the peer has rightly seen more than the backup knew.
  if (judged === 'beyond' && seen !== null && seen.ep < pair.outEp) return null;
  return judged === 'beyond' || judged === 'unlike' ? judged : null;
}

/** The hashes of a log's rows. @throws Missing, with all of a tile's rows that nobody has loaded */
export function tilesOf(view: View, own: string, peer: string, ep: number, side: 'own' | 'mirror'): ReadTile {
  return ({ level, from, to }) => {
    const indices = Array.from({ length: to - from }, (_, at) => from + at);
    const rows =
      level === 0
        ? view.readAll(
            'leaf',
            indices.map((index) => keyOf.leaf(own, peer, ep, side, index)),
          )
        : view.readAll(
            'node',
            indices.map((index) => keyOf.node(own, peer, ep, side, level, index)),
          );
    return rows.flatMap((row) => (row ? [row.hash] : []));
  };
}

/** Numbers that entries of a peer's log may be about. */
function numbersOf({ outTotal, inTotal }: PairRow): Numbers {
  return { own: outTotal, peer: inTotal + MISSING_MAX };
}

/** Asks for what is missing of a log, unless it comes within a moment. */
function ask(
  view: View,
  { at }: Circumstances,
  { from: peer, to: own, ep }: Pick<Checkpoint, 'from' | 'to' | 'ep'>,
  have: number,
  until: number,
): void {
  const key = keyOf.statement(own, peer, 'valise-log-ask+jws', String(ep));
  const known = view.read('outbox', key);
  if (known?.kind === 'statement') {
    if (until > (known.until ?? 0)) view.put('outbox', key, { ...known, until });
    return;
  }
  view.put('outbox', key, {
    kind: 'statement',
    own,
    peer,
    typ: 'valise-log-ask+jws',
    content: { from: own, to: peer, ep, have, at: instantAt(at) },
    dueAt: at + ASK_AFTER_MS,
    until,
  });
}

/** What the log of an epoch that has ended says was sent, and we do not have, no later message will show to be missing. */
function noteOverdue(
  view: View,
  circumstances: Circumstances,
  { checkpoint: { from: peer, to: own, ep } }: Told,
  leaves: readonly MirroredLeaf[],
): void {
  if (ep >= pairOf(view, circumstances, own, peer).inEp) return;
  const sent = leaves.flatMap(({ reading }) =>
    reading.is === 'known' && reading.content.kind === 'sent' && reading.content.ep === ep
      ? [reading.content]
      : [],
  );
  const keys = sent.map(({ n }) => keyOf.message(own, peer, 'in', ep, n));
  for (const [index, message] of view.readAll('message', keys).entries()) {
    const content = sent[index];
    if (message || !content) continue;
    const { id, D, n } = content;
    view.put('overdue', keys[index] ?? '', { own, peer, id, D, ep, n });
  }
}

/** A restored peer says how far its old log went: what we lack of it is asked for, receipts among it. */
function askForOld(
  view: View,
  circumstances: Circumstances,
  told: Told,
  last: { readonly ep: number; readonly size: number },
): void {
  const { from: peer, to: own, ep } = told.checkpoint;
  // A log ends before the next one begins, and cannot be longer than what we would mirror.
  if (last.ep >= ep || last.size > mirroredMax(numbersOf(pairOf(view, circumstances, own, peer)))) return;
  const have = view.read('mirror', keyOf.mirror(own, peer, last.ep))?.edge.size ?? 0;
  if (have < last.size) ask(view, circumstances, { from: peer, to: own, ep: last.ep }, have, last.size);
}

/** What was to be asked for has come, or a part of it: the answer would begin too early. */
function answered(view: View, { checkpoint }: Told, size: number): void {
  const { from: peer, to: own, ep } = checkpoint;
  const key = keyOf.statement(own, peer, 'valise-log-ask+jws', String(ep));
  const row = view.read('outbox', key);
  if (row?.kind !== 'statement') return;
  if (size >= (row.until ?? 0)) view.remove('outbox', key);
  else view.put('outbox', key, { ...row, asks: 0, content: { ...row.content, have: size } });
}

function sentIn(
  leaves: readonly MirroredLeaf[],
  ep: number,
  before: MirrorRow['sent'],
  readAt: number,
): MirrorRow['sent'] {
  return leaves.reduce((last, { reading }) => {
    if (reading.is !== 'known' || reading.content.kind !== 'sent' || reading.content.ep !== ep) return last;
    const { n, D } = reading.content;
    return last === null || n > last.n ? { n, D, readAt } : last;
  }, before);
}

function takeEffects(
  view: View,
  circumstances: Circumstances,
  delivered: Delivered,
  told: Told,
  leaves: readonly MirroredLeaf[],
): void {
  const { from: peer, to: own, ep } = told.checkpoint;
  const receipts = leaves.flatMap(({ index, reading }) =>
    reading.is === 'known' && reading.content.kind === 'received'
      ? [{ index, received: reading.content }]
      : [],
  );
  const keys = receipts.map(({ received }) => keyOf.message(own, peer, 'out', received.ep, received.n));
  view.need([
    ...keys.map((key) => ({ table: 'message', key }) as const),
    ...keys.map((key) => ({ table: 'state', key }) as const),
    ...keys.map((key) => ({ table: 'outbox', key }) as const),
  ]);
  view.readAll(
    'case',
    keys.flatMap((key) => {
      const message = view.read('message', key);
      return message && message.caseId === message.id ? [keyOf.case(own, message.caseId)] : [];
    }),
  );
  const stale = new Set<string>();
  for (const { index, received } of receipts) {
    const fault = takeReceipt(
      view,
      circumstances,
      own,
      peer,
      received,
      keyOf.leaf(own, peer, ep, 'mirror', index),
      stale,
    );
    if (fault) refuse(view, circumstances, delivered, told, fault, `entry ${index}`);
  }
  rebuildCases(view, own, stale);
  noteOverdue(view, circumstances, told, leaves);
  for (const { index, reading } of leaves)
    if (index === 0 && reading.is === 'known' && reading.content.kind === 'epoch' && reading.content.last)
      askForOld(view, circumstances, told, reading.content.last);
    else if (reading.is === 'faulty')
      refuse(view, circumstances, delivered, told, 'LEDGER_ENTRY', `entry ${index}: ${reading.detail}`);
}

function refuse(
  view: View,
  circumstances: Circumstances,
  { node, body }: Delivered,
  { checkpoint }: Told,
  code: ErrorCode,
  detail: string,
): void {
  const { from, to, ep, size } = checkpoint;
  keepInQuarantine(view, circumstances, {
    code,
    detail,
    rule: null,
    authority: to,
    sender: { from, to, ep, size },
    node,
    body,
    message: null,
  });
}
