import { toBase64url } from '#core';
import { sequence, sha256Text, type Checkpoint, type Jws } from '#envelope';
import { z } from 'zod';
import { verifyCheckpoint, type Judging, type VerifiedCheckpoint } from './checkpoint.js';
import { issueText, readContent, type PairContent, type Received } from './contents.js';
import { parseJson, type Parsed } from './json.js';
import { entryOf, readEntry, type Leaf } from './leaf.js';
import { RECEIPT_BYTES_MAX } from './limits.js';
import { inclusionPath, verifyInclusion } from './proofs.js';
import { refused, type Refused } from './refused.js';
import type { ReadTile } from './tiles.js';
import { judgeReceived, type OwnMessage } from './verdict.js';

/**
 * One entry of a pair's log, cut out with its proof: a receipt where it is of the kind `received`. It needs no other entry
 * and no Valise to verify.
 */
export interface CutOut {
  readonly entry: unknown;
  /** base64url, like the hashes of the path. */
  readonly salt: string;
  readonly index: number;
  readonly path: readonly string[];
  /** One that its log's owner sealed at or after the entry. */
  readonly checkpoint: Jws;
}

/** Sizes below 2^53 make no longer path. */
const PATH_HASHES_MAX = 53;

const cutOutSchema = z.strictObject({
  entry: z.unknown(),
  salt: z.string(),
  index: sequence,
  path: z.array(sha256Text).max(PATH_HASHES_MAX),
  checkpoint: z.unknown(),
});

/**
 * Cuts an entry out of a log. What it reads is `inclusionTiles(index, size)`.
 *
 * @param size of the checkpoint, above `index`
 */
export function cutOut(
  leaf: Leaf,
  { index, size, checkpoint }: { readonly index: number; readonly size: number; readonly checkpoint: Jws },
  read: ReadTile,
): CutOut {
  const { content, salt } = entryOf(leaf) as { content: unknown; salt: string };
  return { entry: content, salt, index, path: inclusionPath(index, size, read).map(toBase64url), checkpoint };
}

/** Reads the JSON of a receipt. What it says is not looked at. */
export function parseReceipt(bytes: Uint8Array): Parsed {
  return parseJson(bytes, RECEIPT_BYTES_MAX, 'EVIDENCE_FORMAT');
}

export interface VerifiedCutOut<C> {
  readonly ok: true;
  readonly content: C;
  readonly index: number;
  readonly checkpoint: Checkpoint;
  /** One: who sealed the checkpoint, and when. */
  readonly signers: VerifiedCheckpoint['signers'];
}

/**
 * Verifies that an entry is in the log whose head a seal signed: certificate, signature, inclusion. Whatever comes, it does
 * not throw.
 *
 * Codes: EVIDENCE_FORMAT; CERTIFICATE_… as the register says; EVIDENCE_SIGNATURE; LEDGER_BEHIND where the checkpoint ends before the
 * entry; LEDGER_ENTRY where the entry and its path miss the root.
 */
export function verifyCutOut(value: unknown, judging: Judging): VerifiedCutOut<PairContent> | Refused {
  const parsed = cutOutSchema.safeParse(value);
  if (!parsed.success) return refused('EVIDENCE_FORMAT', `receipt ${issueText(parsed.error)}`);
  const { entry: content, salt, index, path } = parsed.data;
  const entry = readEntry({ content, salt });
  if ('code' in entry) return refused('EVIDENCE_FORMAT', entry.detail);
  const reading = readContent(content);
  if (reading.is !== 'known') return refused('EVIDENCE_FORMAT', 'the entry is of no kind that is known');

  const verified = verifyCheckpoint(parsed.data.checkpoint, judging);
  if (!verified.ok) return verified;
  const { content: checkpoint, signers } = verified;
  if (index >= checkpoint.size)
    return refused('LEDGER_BEHIND', `the checkpoint ends at ${checkpoint.size}, before entry ${index}`);
  const isIncluded = verifyInclusion({
    index,
    size: checkpoint.size,
    leaf: entry.hash,
    path: path.map(bytesOf),
    root: bytesOf(checkpoint.root),
  });
  if (!isIncluded) return refused('LEDGER_ENTRY', 'the entry and its path miss the root of the checkpoint');
  return { ok: true, content: reading.content, index, checkpoint, signers };
}

/** A message of ours as we sent it, with its ends. */
export interface SentMessage extends OwnMessage {
  readonly from: string;
  readonly to: string;
}

export interface VerifiedReceipt extends VerifiedCutOut<Received> {
  /** Unix seconds: when it has taken or will take effect here; undefined where no message was given. */
  readonly effectiveAt: number | undefined;
}

/**
 * Verifies a receipt, and with a message that it is a receipt for it.
 *
 * @param about the message of ours that has the entry's D, where there is one, and our clock in Unix seconds; without it the
 *   receipt is judged alone
 * @returns besides the codes of `verifyCutOut` RECEIPT_UNKNOWN, RECEIPT_TIME
 */
export function verifyReceipt(
  value: unknown,
  judging: Judging,
  about?: { readonly message: SentMessage | undefined; readonly now: number },
): VerifiedReceipt | Refused {
  const verified = verifyCutOut(value, judging);
  if (!verified.ok) return verified;
  const { content, checkpoint } = verified;
  if (content.kind !== 'received')
    return refused('EVIDENCE_FORMAT', `the entry is no receipt, but ${content.kind}`);
  if (about === undefined) return { ...verified, content, effectiveAt: undefined };
  const { message, now } = about;
  if (checkpoint.from !== message?.to || checkpoint.to !== message.from)
    return refused('RECEIPT_UNKNOWN', 'the log is not that of a recipient of ours for the sender');
  const judged = judgeReceived(content, message, now);
  return judged.ok ? { ...verified, content, effectiveAt: judged.effectiveAt } : judged;
}

function bytesOf(hash: string): Buffer {
  return Buffer.from(hash, 'base64url');
}
