import { epoch, instant, logHeadSchema, sequence, sha256Text, token, uuid } from '#envelope';
import { z } from 'zod';

/**
 * What the leaves of a pair's log say. The counterpart sees all of them, so they hold nothing but what it knows or what
 * concerns it. Numbers (`ep`, `n`) and identities (`D`) are those of messages, in the direction that the kind implies.
 */

/** A message of the log's owner has its number. It says nothing of publishing. */
const sent = z.strictObject({
  kind: z.literal('sent'),
  D: sha256Text,
  id: uuid,
  ep: epoch,
  n: sequence,
  at: instant,
});

/** What became of a message of the counterpart; `accepted` implies `stored`. */
const received = z
  .strictObject({
    kind: z.literal('received'),
    D: sha256Text,
    id: uuid,
    ep: epoch,
    n: sequence,
    stage: z.enum(['stored', 'accepted', 'rejected']),
    /** Of a rejection, whose reason is never left out. */
    code: z
      .string()
      .max(64)
      .regex(/^[A-Z][A-Z_]*$/, 'not a code')
      .optional(),
    /** The article, where there is one. */
    rule: token.optional(),
    at: instant,
  })
  .refine(({ stage, code }) => (stage === 'rejected') === (code !== undefined), {
    path: ['code'],
    message: 'a rejection has one, and nothing else has',
  })
  .refine(({ stage, rule }) => stage === 'rejected' || rule === undefined, {
    path: ['rule'],
    message: 'only a rejection has one',
  });

/** A number of the log's owner whose message will not come. The reason is its own affair. */
const voided = z.strictObject({
  kind: z.literal('voided'),
  D: sha256Text,
  id: uuid.optional(),
  ep: epoch,
  n: sequence,
  at: instant,
});

/** First in a log that a restored node begins: its new epoch, and the head of the old log that its backup knows. */
const epochBegun = z.strictObject({
  kind: z.literal('epoch'),
  ep: epoch,
  last: logHeadSchema.nullable(),
  at: instant,
});

/** The content of an earlier entry is gone: entry `index` of the log of epoch `ep`. Its hash stays. */
const erased = z.strictObject({
  kind: z.literal('erased'),
  ep: epoch,
  index: sequence,
  at: instant,
});

export const pairContentSchema = z.discriminatedUnion('kind', [sent, received, voided, epochBegun, erased]);
const DETAIL_LENGTH_MAX = 200;
const KINDS: ReadonlySet<unknown> = new Set(['sent', 'received', 'voided', 'epoch', 'erased']);

/** The internal log is its authority's own: which kinds there are is for the authority to say. */
export const internalContentSchema = z.looseObject({
  kind: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'not a kind'),
  at: instant,
});

export type PairContent = z.infer<typeof pairContentSchema>;
export type Sent = z.infer<typeof sent>;
export type Received = z.infer<typeof received>;
export type Voided = z.infer<typeof voided>;
export type EpochBegun = z.infer<typeof epochBegun>;
export type Erased = z.infer<typeof erased>;
export type InternalContent = z.infer<typeof internalContentSchema>;

/** What a counterpart's content means here. Whatever it is, it is mirrored; only what is known takes effect. */
export type Reading =
  | { readonly is: 'known'; readonly content: PairContent }
  /** Of a kind that a newer version may know. */
  | { readonly is: 'unknown' }
  /** Of no kind, or of a kind whose members these are not: quarantined alone. */
  | { readonly is: 'faulty'; readonly detail: string };

export function readContent(content: unknown): Reading {
  const parsed = pairContentSchema.safeParse(content);
  if (parsed.success) return { is: 'known', content: parsed.data };
  const kind = (content as { kind?: unknown } | null)?.kind;
  if (typeof kind === 'string' && !KINDS.has(kind)) return { is: 'unknown' };
  return { is: 'faulty', detail: issueText(parsed.error) };
}

/** The paths of what is wrong, and never the values. A name that is not known is a stranger's: hence the bound. */
export function issueText({ issues }: z.ZodError): string {
  const texts = issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  return texts.join('; ').slice(0, DETAIL_LENGTH_MAX);
}
