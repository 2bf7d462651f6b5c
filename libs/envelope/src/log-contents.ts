import { z } from 'zod';
import { authorityId, epoch, instant, sequence, sha256Text } from './fields.js';

/** What an authority states of its logs (libs/ledger): heads, and where a counterpart's mirror of one ends. */

/** MTH({}) of RFC 9162 section 2.1.1: the hash of nothing. */
const EMPTY_ROOT = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

export const logHeadSchema = z.strictObject({ ep: epoch, size: sequence, root: sha256Text });

/** The head of the log that `from` keeps for `to`; the entries of [start, size) travel beside it. */
export const checkpointSchema = z
  .strictObject({
    from: authorityId,
    to: authorityId,
    /** The log's epoch. */
    ep: epoch,
    start: sequence,
    /** Of the first `start` entries. */
    startRoot: sha256Text,
    size: sequence,
    root: sha256Text,
    /** The newest head of the log that `to` keeps for `from`, as `from` mirrors it: a countersignature. Null before the first. */
    seen: logHeadSchema.nullable(),
    /** Hash of the newest `valise-internal+jws` of `from`, counted like that of a proof. Null before the first. */
    internal: sha256Text.nullable(),
    at: instant,
  })
  .superRefine(({ start, startRoot, size, root }, context) => {
    const wrong = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if (start > size) wrong('start', 'after the end');
    if (start === size && startRoot !== root)
      wrong('startRoot', 'another root than that of the same entries');
    if (start === 0 && startRoot !== EMPTY_ROOT) wrong('startRoot', 'not the root of no entries');
  });

/** Asks for the entries of the log of `to` from number `have` on. */
export const logAskSchema = z.strictObject({
  from: authorityId,
  to: authorityId,
  ep: epoch,
  have: sequence,
  at: instant,
});

/** The head of an authority's internal log. The salt keeps others from guessing it by the hash that checkpoints carry. */
export const internalSchema = z.strictObject({
  by: authorityId,
  size: sequence,
  root: sha256Text,
  salt: z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, 'not 16 bytes in base64url'),
  at: instant,
});

export type LogHead = z.infer<typeof logHeadSchema>;
export type Checkpoint = z.infer<typeof checkpointSchema>;
export type LogAsk = z.infer<typeof logAskSchema>;
export type InternalHead = z.infer<typeof internalSchema>;

export interface LogContents {
  'valise-checkpoint+jws': Checkpoint;
  'valise-log-ask+jws': LogAsk;
  'valise-internal+jws': InternalHead;
}
