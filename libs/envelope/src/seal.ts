import { ValiseError } from '#core';
import { OFFICER_ROLES, type Certificate, type OfficerRole } from '#trust';
import { requireFrame } from './frame.js';
import {
  headerText,
  MESSAGE_TYPE,
  parseHeader,
  readHeader,
  requireOwnKey,
  isSealHeader,
  signerHeader,
  isSignerHeader,
  signingInput,
  signWith,
  verifySignature,
  type Judging,
  type Jws,
  type JwsSignature,
  type SealHeader,
  type Signer,
} from './jws.js';
import { Refusal, refusing, type Rejected } from './rejected.js';
import { keyObjectOf, ownSuite, signData, type SigningKey, type SuiteChoice } from './suites.js';
import { decode, encode, sha256 } from './text.js';

export interface PreparedSeal {
  /** The seal's protected header, base64url: keep it, and the seal can be made again alike. */
  readonly protected: string;
  /** The message's identity: base64url SHA-256 over ASCII(protected "." payload). It needs no signature. */
  readonly D: string;
}

/**
 * What an officer's signature covers, for signing outside this process (a browser, a card).
 *
 * @returns the protected header (base64url), and with a payload the text whose bytes are to be signed
 */
export function officerHeader(
  options: SuiteChoice & {
    readonly payload?: Buffer | undefined;
    readonly certificate: Certificate;
    readonly role: OfficerRole;
    /** Unix seconds. */
    readonly iat: number;
  },
): { readonly protected: string; readonly signingInput?: string } {
  const header = headerText(signerHeader(MESSAGE_TYPE, options, options.iat, options.suites));
  return options.payload === undefined
    ? { protected: header }
    : { protected: header, signingInput: `${header}.${encode(options.payload)}` };
}

/** @throws ValiseError ENVELOPE_ROLE where the certificate lacks the role, INPUT_INVALID for another's key */
export function signAsOfficer(
  options: SuiteChoice & {
    readonly payload: Buffer;
    readonly certificate: Certificate;
    readonly key: SigningKey;
    readonly role: OfficerRole;
    readonly iat: number;
  },
): JwsSignature {
  requireOwnKey(options.certificate, options.key);
  const header = headerText(signerHeader(MESSAGE_TYPE, options, options.iat, options.suites));
  return signWith(options.key, header, encode(options.payload), options.suites);
}

/** Checks an officer's signature as it comes back from the browser, before anything is sent. */
export function verifyOfficerSignature(
  options: Judging & {
    readonly payload: Buffer;
    readonly signature: JwsSignature;
  },
): ({ readonly ok: true } & Signer & { readonly role: OfficerRole }) | Rejected {
  return refusing(() => {
    const { signature, payload } = options;
    const header = readHeader(signature.protected, isSignerHeader, MESSAGE_TYPE);
    const input = signingInput(signature.protected, encode(payload));
    const signer = verifySignature(signature, header, input, options);
    return { ok: true as const, ...signer, role: officerRole(signer.role) };
  });
}

/** @throws Refusal ENVELOPE_ROLE */
export function officerRole(role: string): OfficerRole {
  const found = OFFICER_ROLES.find((known) => known === role);
  if (found === undefined) throw new Refusal('ENVELOPE_ROLE', `${role} is not a role of an officer`);
  return found;
}

/** What the seal commits to for each officer's signature: without one of them it would be another message. */
export function cosignature(officer: JwsSignature): string {
  return sha256(decode(officer.signature, 'signature'));
}

/**
 * Fixes everything of the seal but its signature: the sending transaction stores this with n, prev and D, and the
 * relay signs afterwards, as often as it needs.
 *
 * @param options `prev` is D of n - 1, null for the first message of an epoch
 * @throws ValiseError ENVELOPE_ROLE for a certificate that is no seal's, INPUT_INVALID for too many officers or another field
 */
export function prepareSeal(
  options: SuiteChoice & {
    readonly payload: Buffer;
    readonly officers: readonly JwsSignature[];
    readonly certificate: Certificate;
    readonly iat: number;
    readonly ep: number;
    readonly n: number;
    readonly prev: string | null;
  },
): PreparedSeal {
  const { payload, officers, certificate, iat, ep, n, prev } = options;
  const { alg, typ, cty, kid } = signerHeader(
    MESSAGE_TYPE,
    { certificate, role: 'seal' },
    iat,
    options.suites,
  );
  const cos = officers.map(cosignature);
  // Spelt out: a spread with further members costs as much as hashing the message.
  const header = { alg, typ, cty, kid, 'x5t#S256': kid, iat, role: 'seal', cos, ep, n, prev } as const;
  const text = headerText(requireFrame(isSealHeader, header, 'seal header'));
  return { protected: text, D: identityOf(signingInput(text, encode(payload))) };
}

/**
 * Signs what `prepareSeal` fixed. The seal stands last.
 *
 * @param options `key` in memory, or a signer over one in a hardware module
 * @throws ValiseError INPUT_INVALID where payload, officers or key are not those it was prepared for
 */
export function completeSeal(
  options: SuiteChoice & {
    readonly payload: Buffer;
    readonly officers: readonly JwsSignature[];
    readonly prepared: PreparedSeal;
    readonly key: SigningKey;
  },
): Jws {
  const { officers, prepared, key, suites } = options;
  const payload = encode(options.payload);
  const input = signingInput(prepared.protected, payload);
  const header = parseHeader(prepared.protected) as SealHeader;
  if (
    identityOf(input) !== prepared.D ||
    header.alg !== ownSuite(keyObjectOf(key), suites).signature ||
    header.cos.join() !== officers.map(cosignature).join()
  )
    throw new ValiseError('INPUT_INVALID', 'the seal was prepared for another payload, signature or key');
  const seal = { protected: prepared.protected, signature: encode(signData(input, key, suites)) };
  return { payload, signatures: [...officers, seal] };
}

/** @param input what the seal covers */
export function identityOf(input: Buffer): string {
  return sha256(input);
}
