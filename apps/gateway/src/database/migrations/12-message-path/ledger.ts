import { randomBytes } from 'node:crypto';
import type { QueryRunner } from 'typeorm';
import { canonicalJson, toBase64url } from '#core';
import { append, type Edge, edgeBytes, EMPTY_EDGE, rootOf, type TreeNode } from '#ledger';
import { goOn, sequenceOf } from './sql.js';

const BATCH_ROWS = 500;
/** Of the log that ends here: the internal logs that follow have the epoch 1. */
const EPOCH = 0;

interface OldLeaf {
  readonly id: string;
  readonly at: Date;
  readonly log: string;
  readonly kind: string;
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly content: object;
}

/**
 * The leaves of the one table of before become a log of their own for each authority, which is closed: its root stands in the internal log.
 * A leaf's hash is over the salt and the `content` in its text.
 */
export async function carryLedger(runner: QueryRunner): Promise<void> {
  const owners = (await runner.query('SELECT DISTINCT authority FROM old_ledger_leaf')) as readonly {
    readonly authority: string | null;
  }[];
  for (const { authority } of owners) await closeLog(runner, authority);
  await goOn(runner, { table: 'old_ledger_leaf', column: 'id' }, sequenceOf('leaf'));
}

async function closeLog(runner: QueryRunner, authority: string | null): Promise<void> {
  const own = authority ?? '';
  let edge = EMPTY_EDGE;
  for (let last: string | undefined = '0'; last !== undefined;) {
    const leaves = (await runner.query(NEXT, [authority, last, BATCH_ROWS])) as readonly OldLeaf[];
    edge = await appendLeaves(runner, own, edge, leaves);
    last = leaves.at(-1)?.id;
  }
  await runner.query(
    'INSERT INTO closed_log (own, peer, ep, edge_size, edge_edge) VALUES ($1, $1, $2, $3, $4)',
    [own, EPOCH, edge.size, edgeBytes(edge)],
  );
  await runner.query(
    'INSERT INTO internal_queue (key, own, kind, content, at) VALUES ($1, $2, $3, $4, now())',
    [
      toBase64url(randomBytes(16)),
      own,
      'ledger-closed',
      { size: edge.size, root: toBase64url(rootOf(edge)) },
    ],
  );
}

async function appendLeaves(
  runner: QueryRunner,
  own: string,
  edge: Edge,
  leaves: readonly OldLeaf[],
): Promise<Edge> {
  const longer = append(
    edge,
    leaves.map(({ hash }) => hash),
  );
  await runner.query(INSERT_LEAVES, [
    own,
    EPOCH,
    leaves.map((_, index) => edge.size + index),
    leaves.map(({ hash }) => hash),
    leaves.map(({ salt }) => salt),
    leaves.map(textOf),
    leaves.map(({ id }) => id),
  ]);
  await insertNodes(runner, own, longer.nodes);
  return longer.edge;
}

async function insertNodes(runner: QueryRunner, own: string, nodes: readonly TreeNode[]): Promise<void> {
  for (const { level, idx, hash } of nodes)
    await runner.query(
      `INSERT INTO node (own, peer, ep, side, level, idx, hash) VALUES ($1, $1, $2, 'own', $3, $4, $5)`,
      [own, EPOCH, level, idx, hash],
    );
}

/** What stood in columns of its own stands beside the content. */
function textOf({ at, log, kind, content }: OldLeaf): string {
  return canonicalJson({ at: at.toISOString(), kind, peer: log === 'internal' ? null : log, content });
}

const NEXT = `
  SELECT id, at, log, kind, salt, hash, content FROM old_ledger_leaf
  WHERE authority IS NOT DISTINCT FROM $1 AND id > $2 ORDER BY id LIMIT $3`;

const INSERT_LEAVES = `
  INSERT INTO leaf (own, peer, ep, side, idx, hash, salt, text, seq) OVERRIDING SYSTEM VALUE
  SELECT $1::text, $1::text, $2::integer, 'own', idx, hash, salt, text, seq
  FROM unnest($3::bigint[], $4::bytea[], $5::bytea[], $6::text[], $7::bigint[]) AS read (idx, hash, salt, text, seq)`;
