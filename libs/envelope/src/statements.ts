import { canonicalBytes, ValiseError } from '#core';
import { isSameKey, type Certificate, type OfficerRole, type Role } from '#trust';
import { checkFrame } from './frame.js';
import { PROOF_OFFICERS, SIGNATURES_MAX } from './limits.js';
import {
  headerText,
  isJws,
  readHeader,
  requireOwnKey,
  resolved,
  signerHeader,
  isSignerHeader,
  signingInput,
  signWith,
  verifySignature,
  type Judging,
  type Jws,
  type JwsSignature,
  type Signer,
} from './jws.js';
import { Refusal, refusing, type Rejected } from './rejected.js';
import { STATEMENTS, type StatementContents, type StatementType } from './statement-contents.js';
import type { SigningKey, SuiteChoice } from './suites.js';
import { check, decode, encode, parseCanonical, require } from './text.js';

export interface StatementSigner {
  readonly certificate: Certificate;
  /** In memory, or a signer over one in a hardware module. */
  readonly key: SigningKey;
  readonly role: Role;
}

export interface VerifiedStatement<T extends StatementType> {
  readonly ok: true;
  readonly content: StatementContents[T];
  readonly signers: readonly Signer[];
}

/** A statement's bytes, which everyone who signs it signs. @throws ValiseError INPUT_INVALID with the path of the field */
export function statementBytes<T extends StatementType>(typ: T, content: StatementContents[T]): Buffer {
  return canonicalBytes(require(STATEMENTS[typ].schema, content, typ));
}

/**
 * Signs a statement of the closed list by all its signers at once; use `addStatementSignature` where they sit
 * apart.
 *
 * @param options `iat` in Unix seconds
 * @throws ValiseError INPUT_INVALID with the path of the field at fault
 */
export function signStatement<T extends StatementType>(
  options: SuiteChoice & {
    readonly typ: T;
    readonly content: StatementContents[T];
    readonly signers: readonly StatementSigner[];
    readonly iat: number;
  },
): Jws {
  const { typ, content, signers } = options;
  const payload = encode(statementBytes(typ, content));
  return signers.reduce<Jws>((jws, signer) => addStatementSignature({ ...options, jws, signer }), {
    payload,
    signatures: [],
  });
}

/** Adds one more signature to a statement, over the same content. */
export function addStatementSignature(
  options: SuiteChoice & {
    readonly typ: StatementType;
    readonly jws: Jws;
    readonly signer: StatementSigner;
    readonly iat: number;
  },
): Jws {
  const { typ, jws, signer, iat, suites } = options;
  if (jws.signatures.length >= SIGNATURES_MAX)
    throw new ValiseError('INPUT_INVALID', `at most ${SIGNATURES_MAX} signatures`);
  requireOwnKey(signer.certificate, signer.key);
  const header = headerText(signerHeader(typ, signer, iat, suites));
  return {
    payload: jws.payload,
    signatures: [...jws.signatures, signWith(signer.key, header, jws.payload, suites)],
  };
}

/**
 * What an officer's signature of a statement covers, for signing outside this process (a browser, a card).
 *
 * @returns the protected header (base64url) and the text whose bytes are to be signed
 */
export function officerStatementHeader(
  options: SuiteChoice & {
    readonly typ: StatementType;
    readonly payload: Buffer;
    readonly certificate: Certificate;
    readonly role: OfficerRole;
    readonly iat: number;
  },
): { readonly protected: string; readonly signingInput: string } {
  const header = headerText(signerHeader(options.typ, options, options.iat, options.suites));
  return { protected: header, signingInput: `${header}.${encode(options.payload)}` };
}

/** Checks one signature of a statement as it comes back from there, before the others have signed. */
export function verifyStatementSignature(
  options: Judging & {
    readonly typ: StatementType;
    readonly payload: Buffer;
    readonly signature: JwsSignature;
  },
): ({ readonly ok: true } & Signer) | Rejected {
  return refusing(() => ({
    ok: true as const,
    ...readSignature(options.signature, encode(options.payload), options.typ, options),
  }));
}

/**
 * Verifies every signature of a statement, that exactly those signed whom its content names, and in a role that
 * may.
 */
export function verifyStatement<T extends StatementType>(
  jws: Jws,
  options: Judging & { readonly typ: T },
): VerifiedStatement<T> | Rejected {
  return refusing(() => readStatement(checkFrame(isJws, jws, 'statement'), options.typ, options));
}

/** @throws Refusal */
export function readStatement<T extends StatementType>(
  jws: Jws,
  typ: T,
  judging: Judging,
): VerifiedStatement<T> {
  const rule = STATEMENTS[typ];
  const signers = jws.signatures.map((entry) => readSignature(entry, jws.payload, typ, judging));
  const value = parseCanonical(decode(jws.payload, 'statement'), 'statement');
  const content = check(rule.schema, value, 'statement');
  const expected = rule.signedBy(content);
  const actual = signers.map(({ authority }) => authority);
  if (expected !== undefined && [...expected].sort().join() !== [...actual].sort().join())
    throw new Refusal('ENVELOPE_BINDING', 'the statement is not signed by exactly those whom it names');
  if (rule.fourEyes) requireFourEyes(signers, judging);
  return { ok: true, content, signers };
}

function readSignature(entry: JwsSignature, payload: string, typ: StatementType, judging: Judging): Signer {
  const header = readHeader(entry.protected, isSignerHeader, typ);
  const signer = verifySignature(entry, header, signingInput(entry.protected, payload), judging);
  if (!STATEMENTS[typ].roles.includes(signer.role))
    throw new Refusal('ENVELOPE_ROLE', `the role ${signer.role} does not sign ${typ}`);
  return signer;
}

/**
 * Two officers and last the seal. One person with two certificates, or with a renewed one, is one person.
 *
 * @param signers three, as `signedBy` of what needs four eyes has it
 */
function requireFourEyes(signers: readonly Signer[], { resolve }: Judging): void {
  if (signers.findIndex(({ role }) => role === 'seal') !== PROOF_OFFICERS)
    throw new Refusal('ENVELOPE_ROLE', 'it is not signed by two officers and last by the seal');
  const officers = signers
    .slice(0, PROOF_OFFICERS)
    .map(({ thumbprint }) => resolved(thumbprint, resolve).certificate);
  // RFC 5280 section 4.1.2.6: an issuer gives one name to one subject.
  const isOne = officers.some(({ subject, publicKey }, index) =>
    officers
      .slice(index + 1)
      .some((other) => other.subject === subject || isSameKey(other.publicKey, publicKey)),
  );
  if (isOne) throw new Refusal('ENVELOPE_ROLE', 'the two officers are one');
}
