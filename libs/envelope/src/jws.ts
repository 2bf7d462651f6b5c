import { KeyObject } from 'node:crypto';
import { ValiseError, type ErrorCode } from '#core';
import { isSameKey, ROLES, type Certificate, type Role } from '#trust';
import { z } from 'zod';
import { epoch, sequence, sha256Text, unixSeconds } from './fields.js';
import { HEADER_BYTES_MAX, SIGNATURES_MAX } from './limits.js';
import { Refusal } from './rejected.js';
import { keyObjectOf, ownSuite, signData, suiteFor, type SigningKey, type SuiteChoice } from './suites.js';
import { check, decode, encode, parseCompact } from './text.js';

export interface JwsSignature {
  /** base64url of the protected header. */
  readonly protected: string;
  readonly signature: string;
}

/** JWS General JSON serialisation (RFC 7515 section 7.2.1) without unprotected headers. */
export interface Jws {
  readonly payload: string;
  readonly signatures: readonly JwsSignature[];
}

export const MESSAGE_TYPE = 'valise-msg+jws';
/** RFC 7515 section 4.1.10: `application/valise+json`, whatever carries it. */
export const CONTENT_TYPE = 'valise+json';

export const jwsSchema = z.strictObject({
  payload: z.string().min(1),
  signatures: z
    .array(z.strictObject({ protected: z.string().min(1), signature: z.string().min(1) }))
    .min(1)
    .max(SIGNATURES_MAX),
});

const common = {
  alg: z.string().max(32),
  typ: z.string().max(64),
  cty: z.literal(CONTENT_TYPE),
  kid: sha256Text,
  'x5t#S256': sha256Text,
  iat: unixSeconds,
  role: z.enum(ROLES),
};
export const signerHeaderSchema = z.strictObject(common);
export const sealHeaderSchema = z.strictObject({
  ...common,
  role: z.literal('seal'),
  cos: z.array(sha256Text).max(SIGNATURES_MAX - 1),
  ep: epoch,
  n: sequence,
  prev: sha256Text.nullable(),
});
export type SignerHeader = z.infer<typeof signerHeaderSchema>;
export type SealHeader = z.infer<typeof sealHeaderSchema>;

/**
 * Finds the certificate of a thumbprint among those that the register lists, validated for the moment of receipt.
 * `authority` is whom the register lists it under: what a certificate or a message says of itself does not count.
 */
export type Resolve = (thumbprint: string) =>
  | { readonly ok: true; readonly certificate: Certificate; readonly authority: string }
  | {
      readonly ok: false;
      readonly code: 'CERTIFICATE_UNKNOWN' | 'CERTIFICATE_PATH' | 'CERTIFICATE_REVOKED';
      readonly detail: string;
    };

export interface Signer {
  readonly role: Role;
  readonly authority: string;
  readonly thumbprint: string;
  /** Unix seconds. */
  readonly iat: number;
}

export interface SigningCertificate {
  readonly certificate: Certificate;
  readonly role: Role;
}

/** The header of a signature by this certificate; members in this order, so that it can be made twice alike. */
export function signerHeader(
  typ: string,
  { certificate, role }: SigningCertificate,
  iat: number,
  suites?: SuiteChoice['suites'],
): SignerHeader {
  if (!certificate.roles.includes(role))
    throw new ValiseError('ENVELOPE_ROLE', `${certificate.subject} does not carry the role ${role}`);
  return {
    alg: ownSuite(certificate.publicKey, suites).signature,
    typ,
    cty: CONTENT_TYPE,
    kid: certificate.thumbprint,
    'x5t#S256': certificate.thumbprint,
    iat,
    role,
  };
}

export function signingInput(protectedHeader: string, payload: string): Buffer {
  return Buffer.from(`${protectedHeader}.${payload}`, 'latin1');
}

/** @param payload base64url */
export function signWith(
  key: SigningKey,
  protectedHeader: string,
  payload: string,
  suites?: SuiteChoice['suites'],
): JwsSignature {
  const signature = signData(signingInput(protectedHeader, payload), key, suites);
  return { protected: protectedHeader, signature: encode(signature) };
}

const owners = new WeakMap<KeyObject, KeyObject>();

/** @throws ValiseError INPUT_INVALID where the private key is not the certificate's: better here than at the peer */
export function requireOwnKey(certificate: Certificate, signingKey: SigningKey): void {
  const key = keyObjectOf(signingKey);
  if (owners.get(key) === certificate.publicKey) return;
  const canSign = !(signingKey instanceof KeyObject) || signingKey.type === 'private';
  if (!canSign || !isSameKey(key, certificate.publicKey))
    throw new ValiseError('INPUT_INVALID', `the key is not that of the certificate ${certificate.subject}`, {
      remedy: 'configure the private key that belongs to this certificate',
    });
  owners.set(key, certificate.publicKey);
}

/** Checks a protected header that was parsed against its schema, with nothing unknown in it. */
export function checkHeader<S extends z.ZodType>(value: unknown, schema: S, typ: string): z.infer<S> {
  // Before its shape: a token of another kind has another shape, and this is the more telling refusal.
  if (typeof value !== 'object' || value === null || (value as { typ?: unknown }).typ !== typ)
    throw new Refusal('ENVELOPE_FORMAT', `a protected header is not of type ${typ}`);
  return check(schema, value, 'protected header');
}

export function readHeader<S extends z.ZodType>(protectedHeader: string, schema: S, typ: string): z.infer<S> {
  return checkHeader(parseHeader(protectedHeader), schema, typ);
}

export function parseHeader(protectedHeader: string): unknown {
  if (protectedHeader.length > (HEADER_BYTES_MAX * 4) / 3)
    throw new Refusal('ENVELOPE_SIZE', `a protected header is larger than ${HEADER_BYTES_MAX} bytes`);
  return parseCompact(decode(protectedHeader, 'protected header').toString('utf8'), 'protected header');
}

/** How signatures are judged: by whose certificates, and in which suites. */
export interface Judging extends SuiteChoice {
  readonly resolve: Resolve;
}

/**
 * Verifies one signature against the certificate that its header names.
 *
 * @param input what it covers: `signingInput` of its header and the payload
 */
export function verifySignature(
  entry: JwsSignature,
  header: SignerHeader | SealHeader,
  input: Buffer,
  { resolve, suites }: Judging,
): Signer {
  if (header.kid !== header['x5t#S256'])
    throw new Refusal('ENVELOPE_FORMAT', 'kid and x5t#S256 name two certificates');
  const { certificate, authority } = resolved(header.kid, resolve);
  const suite = suiteFor(certificate.publicKey, suites);
  if (header.alg !== suite.signature)
    throw new Refusal('ENVELOPE_ALGORITHM', `the certificate's suite signs with ${suite.signature}`);
  const signature = decode(entry.signature, 'signature');
  if (!suite.verify(input, certificate.publicKey, signature))
    throw new Refusal('ENVELOPE_SIGNATURE', `the signature of the role ${header.role} does not verify`);
  if (!certificate.roles.includes(header.role))
    throw new Refusal('ENVELOPE_ROLE', `the certificate does not carry the role ${header.role}`);
  return { role: header.role, authority, thumbprint: header.kid, iat: header.iat };
}

/** The certificate of a signer that was verified. */
export function resolved(
  thumbprint: string,
  resolve: Resolve,
): { certificate: Certificate; authority: string } {
  const answer = resolve(thumbprint);
  if (!answer.ok) throw new Refusal(answer.code satisfies ErrorCode, answer.detail);
  // A resolver that answers with another certificate must not decide what is verified.
  if (answer.certificate.thumbprint !== thumbprint)
    throw new Refusal('CERTIFICATE_UNKNOWN', 'the certificate found is not the one that was named');
  const named = answer.certificate.authority;
  if (named !== undefined && named !== answer.authority)
    throw new Refusal('ENVELOPE_BINDING', 'the certificate names another authority than its listing');
  return answer;
}

/** Runs `read` for what it throws to become a refusal of this code, where a caller's layer has its own. */
export function asCode<T>(code: ErrorCode, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(code, error.detail);
    throw error;
  }
}
