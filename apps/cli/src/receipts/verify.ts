import { canonicalJson, messageOf, unixSeconds, ValiseError } from '#core';
import { readListed, resolveFrom, type TrustList, verifyBook } from '#envelope';
import { parseReceipt, type SentMessage, verifyReceipt } from '#ledger';
import { nationalListSchema } from '#treaties';
import { z } from 'zod';
import { invalid, malformed } from '../decisions/malformed.js';
import { readInput } from '../envelopes/read-input.js';
import { readTrust } from '../envelopes/trust-file.js';
import { certificateFrom } from '../keys/key-files.js';

export interface ReceiptRequest {
  readonly file: string;
  readonly list?: string | undefined;
  readonly root?: string | undefined;
  readonly trust?: string | undefined;
  readonly message?: string | undefined;
  readonly at?: Date | undefined;
}

interface Judged {
  readonly receipt: Buffer;
  readonly trust: readonly TrustList[];
  readonly at: Date;
  /** Undefined: the receipt is judged alone; null: there is no message that it could be for. */
  readonly message: SentMessage | null | undefined;
}

const vectorSchema = z.object({
  of: z.literal('receipt'),
  at: z.string(),
  trust: z.unknown(),
  receipt: z.string(),
  message: z
    .object({
      ...{ from: z.string(), to: z.string(), D: z.string(), id: z.string() },
      ...{ ep: z.number(), n: z.number(), iat: z.number() },
    })
    .nullable(),
});
/** Of a message that was sent. */
const messageSchema = z.object({
  ...{ id: z.string(), from: z.string(), to: z.string(), D: z.string() },
  ...{ epoch: z.number(), n: z.number(), sentAt: z.iso.datetime() },
});

/**
 * @returns what the receipt proves, as canonical JSON
 * @throws ValiseError with the class of its fault where it is refused; INPUT_INVALID for other files that are malformed
 */
export function verifiedReceipt(request: ReceiptRequest): string {
  const { receipt, trust, at, message } = judgedIn(request);
  const parsed = parseReceipt(receipt);
  if (!parsed.ok) throw new ValiseError(parsed.code, `${parsed.code}: ${parsed.detail}`);
  const judging = { resolve: resolveFrom(trust, at) };
  const about = message === undefined ? undefined : { message: message ?? undefined, now: unixSeconds(at) };
  const verified = verifyReceipt(parsed.value, judging, about);
  if (!verified.ok) throw new ValiseError(verified.code, `${verified.code}: ${verified.detail}`);
  const { content, index, checkpoint, signers } = verified;
  const { from, to, ep, size, root } = checkpoint;
  return canonicalJson({
    receipt: content,
    log: { of: from, for: to, epoch: ep, index, size, root },
    sealed: { by: signers.map(({ authority }) => authority), at: checkpoint.at },
  });
}

function judgedIn({ file, list, root, trust, message, at }: ReceiptRequest): Judged {
  const bytes = readInput(file);
  if (list === undefined && root === undefined && trust === undefined) return inVector(bytes, at);
  const lists = listsOf({ list, root, trust }, at ?? new Date());
  return {
    receipt: bytes,
    trust: lists,
    at: at ?? new Date(),
    message: message === undefined ? undefined : sentMessage(message),
  };
}

function inVector(bytes: Buffer, at: Date | undefined): Judged {
  const content = json('$', bytes.toString('utf8'));
  const parsed = vectorSchema.safeParse(content);
  if (!parsed.success && isReceipt(content))
    throw new ValiseError('INPUT_INVALID', 'the file is a receipt, not a vector', {
      remedy: 'give --list and --root, or --trust',
    });
  if (!parsed.success) throw invalid('$', parsed.error);
  const { data } = parsed;
  return {
    receipt: Buffer.from(data.receipt),
    trust: readTrust(JSON.stringify(data.trust)),
    at: at ?? new Date(data.at),
    message: data.message,
  };
}

function isReceipt(content: unknown): boolean {
  return typeof content === 'object' && content !== null && 'checkpoint' in content;
}

function listsOf(
  { list, root, trust }: Pick<ReceiptRequest, 'list' | 'root' | 'trust'>,
  at: Date,
): readonly TrustList[] {
  if (trust !== undefined && list === undefined && root === undefined)
    return readTrust(readInput(trust).toString('utf8'));
  if (trust !== undefined || list === undefined || root === undefined)
    throw new ValiseError('INPUT_INVALID', '--list and --root go together, without --trust', {
      remedy: 'give both, or --trust in their place',
    });
  const anchor = certificateFrom(root);
  const verified = verifyBook(readInput(list).toString('utf8'), { anchorOf: () => anchor, at });
  if (!verified.ok) throw malformed('--list', `${verified.code}: ${verified.detail}`);
  const parsed = nationalListSchema.safeParse(verified.content);
  if (!parsed.success) throw invalid('--list', parsed.error);
  const read = readListed(parsed.data);
  if (!read.ok) throw malformed('--list', read.detail);
  return [{ root: anchor, ...read.material }];
}

function sentMessage(file: string): SentMessage {
  const parsed = messageSchema.safeParse(json('--message', readInput(file).toString('utf8')));
  if (!parsed.success) throw invalid('--message', parsed.error);
  const { epoch: ep, sentAt, ...message } = parsed.data;
  return { ...message, ep, iat: unixSeconds(new Date(sentAt)) };
}

function json(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw malformed(path, messageOf(error));
  }
}
