import { canonicalBytes } from '#core';
import { parseHeader, type Jws } from './jws.js';
import type { Payload, ProofReference, ProofType } from './payload.js';
import { Refusal, type AuthenticatedSender } from './rejected.js';
import { decode, parseCanonical, sha256 } from './text.js';

/** SHA-256 (base64url) over the canonical form of the whole JWS, signatures included. */
export function proofHash(jws: Jws): string {
  return sha256(canonicalBytes(jws));
}

/** How a payload names a proof that travels beside it. */
export function proofReference(typ: ProofType, id: string, jws: Jws): ProofReference {
  return { typ, id, sha256: proofHash(jws) };
}

/**
 * The proofs beside the message are, in order, those that it names: none more, none less, none of another type.
 *
 * @throws Refusal ENVELOPE_PROOF
 */
export function requireProofs(
  payload: Payload,
  proofs: readonly Jws[],
  sender: AuthenticatedSender | undefined,
): void {
  const named = payload.proofs ?? [];
  if (named.length !== proofs.length)
    throw new Refusal('ENVELOPE_PROOF', 'the proofs are not those that the message names', sender);
  for (const [index, reference] of named.entries()) {
    const proof = proofs[index];
    if (proof === undefined || proofHash(proof) !== reference.sha256 || !isOf(proof, reference))
      throw new Refusal('ENVELOPE_PROOF', `the proof ${index} is not the one that the message names`, sender);
  }
}

function isOf(proof: Jws, { typ, id }: ProofReference): boolean {
  try {
    const content = parseCanonical(decode(proof.payload, 'proof'), 'proof') as { id?: unknown } | null;
    return (
      content?.id === id &&
      proof.signatures.every(
        (entry) => (parseHeader(entry.protected) as { typ?: unknown } | null)?.typ === typ,
      )
    );
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
