import { KeyObject } from 'node:crypto';
import { ValiseError, type ErrorCode } from '#core';
import { isSameKey, ROLES, type Certificate, type Role } from '#trust';
import { isEpoch, isSequence, isSha256Text, isUnixSeconds } from './fields.js';
import { checkFrame, list, nullable, oneOf, strict, text, type Check } from './frame.js';
import { ENVELOPE_BYTES_MAX, HEADER_BYTES_MAX, SIGNATURES_MAX } from './limits.js';
import { Refusal } from './rejected.js';
import { keyObjectOf, ownSuite, signData, suiteFor, type SigningKey, type SuiteChoice } from './suites.js';
import { decode, encode, parseCompact } from './text.js';

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

export const isJws = strict<Jws>({
  payload: text(ENVELOPE_BYTES_MAX, 1),
  signatures: list(
    // A post-quantum suite's signature can be longer than many a message.
    strict<JwsSignature>({ protected: text(ENVELOPE_BYTES_MAX, 1), signature: text(ENVELOPE_BYTES_MAX, 1) }),
    1,
    SIGNATURES_MAX,
  ),
});

export interface SignerHeader {
  readonly alg: string;
  readonly typ: string;
  readonly cty: typeof CONTENT_TYPE;
  readonly kid: string;
  readonly 'x5t#S256': string;
  /** Unix seconds. */
  readonly iat: number;
  readonly role: Role;
}

export interface SealHeader extends SignerHeader {
  readonly role: 'seal';
  readonly cos: readonly string[];
  readonly ep: number;
  readonly n: number;
  readonly prev: string | null;
}

const common = {
  alg: text(32),
  typ: text(64),
  cty: oneOf(CONTENT_TYPE),
  kid: isSha256Text,
  'x5t#S256': isSha256Text,
  iat: isUnixSeconds,
};
export const isSignerHeader = strict<SignerHeader>({ ...common, role: oneOf(...ROLES) });
export const isSealHeader = strict<SealHeader>({
  ...common,
  role: oneOf('seal'),
  cos: list(isSha256Text, 0, SIGNATURES_MAX - 1),
  ep: isEpoch,
  n: isSequence,
  prev: nullable(isSha256Text),
});

/**
 * Finds the certificate of a thumbprint among those that the register lists, validated for the moment of receipt.
 * `authority` is whom the register lists it under, and `roles` those in which: what a certificate or a message says of itself
 * does not count.
 */
export type Resolve = (thumbprint: string) =>
  | {
      readonly ok: true;
      readonly certificate: Certificate;
      readonly authority: string;
      readonly roles: readonly Role[];
    }
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

/** A protected header as it is signed: base64url of its JSON. */
export function headerText(header: object): string {
  return encode(JSON.stringify(header));
}

/** RFC 7515 section 5.1 step 5: ASCII(protected header "." payload). */
export function signingInput(protectedHeader: string, payload: string): Buffer {
  const input = Buffer.allocUnsafe(protectedHeader.length + 1 + payload.length);
  input.write(protectedHeader, 0, 'latin1');
  input[protectedHeader.length] = DOT;
  input.write(payload, protectedHeader.length + 1, 'latin1');
  return input;
}

const DOT = 0x2e;

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

/** Checks a protected header that was parsed, with nothing unknown in it. */
export function checkHeader<T extends SignerHeader>(value: unknown, check: Check<T>, typ: string): T {
  // Before its shape: a token of another kind has another shape, and this is the more telling refusal.
  if ((value as { typ?: unknown } | null)?.typ !== typ)
    throw new Refusal('ENVELOPE_FORMAT', `a protected header is not of type ${typ}`);
  return checkFrame(check, value, 'protected header');
}

export function readHeader<T extends SignerHeader>(protectedHeader: string, check: Check<T>, typ: string): T {
  return checkHeader(parseHeader(protectedHeader), check, typ);
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
  const { certificate, authority, roles } = resolved(header.kid, resolve);
  const suite = suiteFor(certificate.publicKey, suites);
  if (header.alg !== suite.signature)
    throw new Refusal('ENVELOPE_ALGORITHM', `the certificate's suite signs with ${suite.signature}`);
  const signature = decode(entry.signature, 'signature');
  if (!suite.verify(input, certificate.publicKey, signature))
    throw new Refusal('ENVELOPE_SIGNATURE', `the signature of the role ${header.role} does not verify`);
  if (!certificate.roles.includes(header.role))
    throw new Refusal('ENVELOPE_ROLE', `the certificate does not carry the role ${header.role}`);
  // The issuer says what it may be used for; its state's list says what it is used for.
  if (!roles.includes(header.role))
    throw new Refusal('ENVELOPE_ROLE', `the certificate is not listed for the role ${header.role}`);
  return { role: header.role, authority, thumbprint: header.kid, iat: header.iat };
}

/** The certificate of a signer that was verified. */
export function resolved(
  thumbprint: string,
  resolve: Resolve,
): { certificate: Certificate; authority: string; roles: readonly Role[] } {
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
