import { toBase64url } from '#core';
import type { InternalHead } from '#envelope';
import {
  append,
  EMPTY_EDGE,
  internalLeaf,
  rootOf,
  SALT_BYTES,
  shortened,
  statementHash,
  type InternalContent,
} from '#ledger';
import { keyOf } from './keys.js';
import { type Circumstances, instantAt, pairOf } from './settlement.js';
import type { InternalLogRow } from './tables.js';
import type { View } from './view.js';

/**
 * An authority's internal log: what is no counterpart's affair. Settlements leave entries in a queue, and one process, the leader,
 * gives them their places, so that logs of pairs need not wait for each other.
 */

const HOUR_MS = 3_600_000;

/** Whose heads are noted each hour, so that one statement covers all logs of an authority. */
export interface Heads {
  readonly peers: readonly string[];
  readonly mirrors: readonly { readonly peer: string; readonly ep: number }[];
  /** Hashes of the books in force, by their names. */
  readonly books: Readonly<Record<string, string>>;
}

/** Gives queued entries their places. @param keys of rows of the queue */
export function sequenceInternal(
  view: View,
  circumstances: Circumstances,
  own: string,
  keys: readonly string[],
): void {
  // The log's row is locked first: entries that another process has sequenced meanwhile are then gone.
  logOf(view, own);
  const rows = view.readAll('internal', keys).flatMap((row, index) => {
    const key = keys[index];
    return row?.own === own && key !== undefined ? [{ key, row }] : [];
  });
  rows.sort((one, other) => one.row.at - other.row.at || (one.key < other.key ? -1 : 1));
  appendInternal(
    view,
    circumstances,
    own,
    rows.map(({ row: { kind, content, at } }) => shortened({ ...content, kind, at: instantAt(at) })),
  );
  for (const { key } of rows) view.remove('internal', key);
}

/**
 * Notes where all other logs stand, each hour.
 *
 * @returns the internal log's head, to be sealed and noted with `noteInternalHead`; undefined where it is not due
 */
export function noteHeads(
  view: View,
  circumstances: Circumstances,
  own: string,
  { peers, mirrors, books }: Heads,
): InternalHead | undefined {
  const { at, random } = circumstances;
  const row = logOf(view, own);
  if (row.headsAt !== null && at - row.headsAt < HOUR_MS) return undefined;
  const instant = instantAt(at);
  const ofPairs = peers.map((peer) => {
    const { outEp: ep, log } = pairOf(view, circumstances, own, peer);
    return { kind: 'log-head', peer, ep, size: log.size, root: toBase64url(rootOf(log)), at: instant };
  });
  const rows = view.readAll(
    'mirror',
    mirrors.map(({ peer, ep }) => keyOf.mirror(own, peer, ep)),
  );
  const ofMirrors = mirrors.flatMap(({ peer, ep }, index) => {
    const mirror = rows[index];
    if (!mirror?.checkpoint) return [];
    const { edge, checkpoint } = mirror;
    const head = { size: edge.size, root: toBase64url(rootOf(edge)), checkpoint: statementHash(checkpoint) };
    return [{ kind: 'mirror-head', peer, ep, ...head, at: instant }];
  });
  const ofBooks = Object.entries(books).map(([book, hash]) => ({ kind: 'book', book, hash, at: instant }));
  const { edge } = appendInternal(view, circumstances, own, [...ofPairs, ...ofMirrors, ...ofBooks]);
  view.put('internalLog', own, { ...logOf(view, own), headsAt: at });
  const salt = toBase64url(random(SALT_BYTES));
  return { by: own, size: edge.size, root: toBase64url(rootOf(edge)), salt, at: instant };
}

/** From now on checkpoints name this statement. @param hash of the sealed head */
export function noteInternalHead(view: View, own: string, hash: string): void {
  view.put('internalLog', own, { ...logOf(view, own), statement: hash });
}

/** The hash of the newest sealed head; null before the first. */
export function newestStatement(view: View, own: string): string | null {
  return logOf(view, own).statement;
}

function appendInternal(
  view: View,
  { random }: Circumstances,
  own: string,
  contents: readonly InternalContent[],
): InternalLogRow {
  const row = logOf(view, own);
  const leaves = contents.map((content) => internalLeaf(content, random(SALT_BYTES)));
  const { edge, nodes } = append(
    row.edge,
    leaves.map(({ hash }) => hash),
  );
  for (const [index, leaf] of leaves.entries())
    view.put('leaf', keyOf.internalLeaf(own, row.edge.size + index), leaf);
  for (const { level, idx, hash } of nodes) view.put('node', keyOf.internalNode(own, level, idx), { hash });
  const longer = { ...row, edge };
  if (leaves.length > 0) view.put('internalLog', own, longer);
  return longer;
}

function logOf(view: View, own: string): InternalLogRow {
  return view.read('internalLog', own) ?? { edge: EMPTY_EDGE, headsAt: null, statement: null };
}
