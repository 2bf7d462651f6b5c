import { canonicalBytes } from '#core';
import type { Certificate } from '#trust';
import { CLOCK_SKEW_SECONDS } from './limits.js';
import type { Judging, Jws, JwsSignature, Signer } from './jws.js';
import type { Payload, ProofReference } from './payload.js';
import type { ProofContents, ProofType } from './proof-contents.js';
import { Refusal, type AuthenticatedSender } from './rejected.js';
import { addStatementSignature, readStatement, statementBytes } from './statements.js';
import type { SigningKey, SuiteChoice } from './suites.js';
import { encode, sha256 } from './text.js';

interface OpenedProofOf<T extends ProofType> extends ProofReference {
  readonly typ: T;
  readonly content: ProofContents[T];
  /** Two officers and the seal of `content.by`. */
  readonly signers: readonly Signer[];
  readonly jws: Jws;
}
export type OpenedProof = { [T in ProofType]: OpenedProofOf<T> }[ProofType];

/** SHA-256 (base64url) over the canonical form of the whole JWS, signatures included. */
export function proofHash(jws: Jws): string {
  return sha256(canonicalBytes(jws));
}

/** How a payload names a proof that travels beside it. */
export function proofReference(typ: ProofType, id: string, jws: Jws): ProofReference {
  return { typ, id, sha256: proofHash(jws) };
}

/**
 * Seals a consent, release or revocation that its two officers have signed (see `officerStatementHeader`).
 *
 * @param options `iat` in Unix seconds
 * @returns the proof as it travels
 */
export function sealProof<T extends ProofType>(
  options: SuiteChoice & {
    readonly typ: T;
    readonly content: ProofContents[T];
    readonly officers: readonly JwsSignature[];
    readonly seal: { readonly certificate: Certificate; readonly key: SigningKey };
    readonly iat: number;
  },
): Jws {
  const { typ, content, officers, seal } = options;
  const payload = encode(statementBytes<ProofType>(typ, content));
  const jws = { payload, signatures: officers };
  return addStatementSignature({ ...options, jws, signer: { ...seal, role: 'seal' } });
}

/**
 * The proofs beside the message are, in order, those that it names: none more, none less, none twice, each signed by two
 * officers and the seal of the authority whose it says it is.
 *
 * @throws Refusal ENVELOPE_PROOF, or what the register says of a signer's certificate
 */
export function openProofs(
  payload: Payload,
  proofs: readonly Jws[],
  sender: AuthenticatedSender | undefined,
  options: Judging & { readonly now: number },
): OpenedProof[] {
  const named = payload.proofs ?? [];
  const ids = new Set(named.map(({ typ, id }) => `${typ} ${id}`));
  if (named.length !== proofs.length || ids.size !== named.length)
    throw new Refusal('ENVELOPE_PROOF', 'the proofs are not those that the message names', sender);
  return named.map((reference, index) => {
    try {
      return openProof(reference, proofs[index], options);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const code = error.code.startsWith('CERTIFICATE_') ? error.code : 'ENVELOPE_PROOF';
      throw new Refusal(code, `proof ${index}: ${error.detail}`, sender);
    }
  });
}

function openProof(
  reference: ProofReference,
  proof: Jws | undefined,
  options: Judging & { readonly now: number },
): OpenedProof {
  const { typ, id } = reference;
  if (proof === undefined || proofHash(proof) !== reference.sha256)
    throw new Refusal('ENVELOPE_PROOF', 'it is not the one that the message names');
  const { content, signers } = readStatement(proof, typ, options);
  if (content.id !== id) throw new Refusal('ENVELOPE_PROOF', 'it has another id than the message says');
  if (signers.some(({ iat }) => iat > options.now + CLOCK_SKEW_SECONDS))
    throw new Refusal('ENVELOPE_PROOF', 'a signature is dated ahead of our clock');
  // The schema was chosen by `typ`, which the compiler does not follow through the union.
  return { ...reference, content, signers, jws: proof } as OpenedProof;
}
