import type { KeyObject } from 'node:crypto';
import { canonicalBytes, ValiseError } from '#core';
import type { Certificate, Role } from '#trust';
import { SIGNATURES_MAX } from './limits.js';
import {
  jwsSchema,
  readHeader,
  requireOwnKey,
  signerHeader,
  signerHeaderSchema,
  signWith,
  verifySignature,
  type Jws,
  type Resolve,
  type Signer,
} from './jws.js';
import { Refusal, refusing, type Rejected } from './rejected.js';
import { STATEMENTS, type StatementContents, type StatementType } from './statement-contents.js';
import { check, decode, encode, parseCanonical, require } from './text.js';

export interface StatementSigner {
  readonly certificate: Certificate;
  readonly key: KeyObject;
  readonly role: Role;
}

export interface VerifiedStatement<T extends StatementType> {
  readonly ok: true;
  readonly content: StatementContents[T];
  readonly signers: readonly Signer[];
}

/**
 * Signs a statement of the closed list by all its signers at once; use `addStatementSignature` where they sit
 * apart.
 *
 * @param options `iat` in Unix seconds
 * @throws ValiseError INPUT_INVALID with the path of the field at fault
 */
export function signStatement<T extends StatementType>(options: {
  readonly typ: T;
  readonly content: StatementContents[T];
  readonly signers: readonly StatementSigner[];
  readonly iat: number;
}): Jws {
  const { typ, content, signers, iat } = options;
  const payload = encode(canonicalBytes(require(STATEMENTS[typ].schema, content, typ)));
  return signers.reduce<Jws>((jws, signer) => addSignature(typ, jws, signer, iat), {
    payload,
    signatures: [],
  });
}

/** Adds one more signature to a statement, over the same content. */
export function addStatementSignature(options: {
  readonly typ: StatementType;
  readonly jws: Jws;
  readonly signer: StatementSigner;
  readonly iat: number;
}): Jws {
  return addSignature(options.typ, options.jws, options.signer, options.iat);
}

function addSignature(typ: StatementType, jws: Jws, signer: StatementSigner, iat: number): Jws {
  if (jws.signatures.length >= SIGNATURES_MAX)
    throw new ValiseError('INPUT_INVALID', `at most ${SIGNATURES_MAX} signatures`);
  requireOwnKey(signer.certificate, signer.key);
  const header = encode(JSON.stringify(signerHeader(typ, signer, iat)));
  return { payload: jws.payload, signatures: [...jws.signatures, signWith(signer.key, header, jws.payload)] };
}

/**
 * Verifies every signature of a statement, that exactly those signed whom its content names, and in a role that
 * may.
 */
export function verifyStatement<T extends StatementType>(
  jws: Jws,
  options: { readonly typ: T; readonly resolve: Resolve },
): VerifiedStatement<T> | Rejected {
  return refusing(() => readStatement(check(jwsSchema, jws, 'statement'), options.typ, options.resolve));
}

/** @throws Refusal */
export function readStatement<T extends StatementType>(
  jws: Jws,
  typ: T,
  resolve: Resolve,
): VerifiedStatement<T> {
  const rule = STATEMENTS[typ];
  const signers = jws.signatures.map((entry) => {
    const header = readHeader(entry.protected, signerHeaderSchema, typ);
    const signer = verifySignature(entry, header, jws.payload, resolve);
    if (!rule.roles.includes(signer.role))
      throw new Refusal('ENVELOPE_ROLE', `the role ${signer.role} does not sign ${typ}`);
    return signer;
  });
  const value = parseCanonical(decode(jws.payload, 'statement'), 'statement');
  const content = check(rule.schema, value, 'statement');
  const expected = rule.signedBy(content);
  const actual = signers.map(({ authority }) => authority);
  if (expected !== undefined && [...expected].sort().join() !== [...actual].sort().join())
    throw new Refusal('ENVELOPE_BINDING', 'the statement is not signed by exactly those whom it names');
  return { ok: true, content, signers };
}
