import { z } from 'zod';
import { authorityId, instant, instrumentId, level, sha256Text, token } from './fields.js';
import { CONDITIONS_MAX, PROOF_ITEMS_MAX, PURPOSES_MAX } from './limits.js';

/**
 * What an authority consents to, decides or revokes, as it travels beside a message. Lists are literal: an empty one
 * means nothing and nobody, never everything.
 */

/** The same as in a decision's action; which activities and offences there are is the instrument's to say. */
const purposeSchema = z.strictObject({
  instrument: instrumentId,
  activity: token,
  offences: z.union([z.array(z.string().min(1).max(64)).max(PURPOSES_MAX), z.literal('any')]),
  caseId: z.string().max(200).nullable(),
});
const purposes = z.array(purposeSchema).max(PURPOSES_MAX);
const conditions = z.array(z.string().min(1).max(1_000)).max(CONDITIONS_MAX);
/** Article of a treaty or law, `cis-it-crime-2018#10`. */
const rule = token;

const consentItem = z.strictObject({
  /** Of the item's content with its salt: a holder of the item can find it here, and others learn nothing. */
  saltedHash: sha256Text,
  level,
  purposes,
  conditions,
});

/** A provider's consent to what its information may be used for, or to whom it may go, beyond what it was given for. */
export const consentSchema = z
  .strictObject({
    id: token,
    kind: z.enum(['purpose', 'onward-transfer', 'disclosure']),
    instrument: instrumentId,
    rule,
    /** The provider of every item. */
    by: authorityId,
    /** The holder who may. */
    to: authorityId,
    items: z.array(consentItem).max(PROOF_ITEMS_MAX).refine(distinctHashes, 'one item twice'),
    recipient: authorityId.optional(),
    purposes: purposes.optional(),
    maxLevel: level,
    coversDerived: z.boolean(),
    written: z.boolean(),
    from: instant,
    until: instant.nullable(),
    conditions,
  })
  .superRefine((consent, context) => {
    const wrong = consentFault(consent);
    if (wrong !== undefined) context.addIssue({ code: 'custom', path: [wrong[0]], message: wrong[1] });
  });

/** A decision of an authority, under its own law, to release what it holds itself. */
export const releaseSchema = z
  .strictObject({
    id: token,
    instrument: instrumentId,
    rule,
    /** Who decided. */
    by: authorityId,
    /** For whom. */
    recipient: authorityId,
    /** What exactly. */
    items: z
      .array(z.strictObject({ saltedHash: sha256Text, level }))
      .max(PROOF_ITEMS_MAX)
      .refine(distinctHashes, 'one item twice'),
    /** The national law under which it was decided, as its state cites it. */
    law: z.string().min(1).max(500),
    at: instant,
    until: instant.nullable(),
    conditions,
  })
  .refine(({ at, until }) => isBefore(at, until), { path: ['until'], message: 'not after its beginning' });

/** Revokes a consent or a release, from its receipt on. */
export const revocationSchema = z.strictObject({
  id: token,
  /** What is revoked: the proof as a payload names it. */
  of: z.strictObject({
    typ: z.enum(['valise-consent+jws', 'valise-release+jws']),
    id: token,
    sha256: sha256Text,
  }),
  by: authorityId,
  /** Who held it. */
  to: authorityId,
  reason: z.string().min(1).max(1_000),
  at: instant,
});

export type Consent = z.infer<typeof consentSchema>;
export type Release = z.infer<typeof releaseSchema>;
export type Revocation = z.infer<typeof revocationSchema>;

export interface ProofContents {
  'valise-consent+jws': Consent;
  'valise-release+jws': Release;
  'valise-revocation+jws': Revocation;
}
export type ProofType = keyof ProofContents;

/** What a message may travel with, whole, beside it: signed by those who consented or decided. */
export const PROOF_TYPES = ['valise-consent+jws', 'valise-release+jws', 'valise-revocation+jws'] as const;

function consentFault(consent: {
  kind: string;
  by: string;
  to: string;
  recipient?: unknown;
  purposes?: unknown;
  from: string;
  until: string | null;
}): [path: string, message: string] | undefined {
  // What is left out must not read as "anybody" or "anything".
  if (consent.kind === 'purpose' && consent.purposes === undefined) return ['purposes', 'which purposes'];
  if (consent.kind === 'purpose' && consent.recipient !== undefined)
    return ['recipient', 'a consent to a purpose has none'];
  if (consent.kind !== 'purpose' && consent.recipient === undefined) return ['recipient', 'to whom'];
  if (consent.by === consent.to) return ['to', 'nobody consents to itself'];
  if (!isBefore(consent.from, consent.until)) return ['until', 'not after its beginning'];
  return undefined;
}

function isBefore(from: string, until: string | null): boolean {
  return until === null || Date.parse(from) < Date.parse(until);
}

function distinctHashes(items: readonly { saltedHash: string }[]): boolean {
  return new Set(items.map(({ saltedHash }) => saltedHash)).size === items.length;
}
