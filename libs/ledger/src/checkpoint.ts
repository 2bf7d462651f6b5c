import { toBase64url, type Instant } from '#core';
import {
  proofHash,
  signStatement,
  verifyStatement,
  type Checkpoint,
  type InternalHead,
  type Jws,
  type LogAsk,
  type LogHead,
  type Resolve,
  type StatementSigner,
  type StatementType,
  type StatementContents,
  type SuiteChoice,
  type VerifiedStatement,
} from '#envelope';
import { refused, type Refused } from './refused.js';

export type Judging = SuiteChoice & { readonly resolve: Resolve };
/** The authority's seal, and when it signs in Unix seconds. */
export type Sealing = SuiteChoice & Omit<StatementSigner, 'role'> & { readonly iat: number };

/** One stretch of a log, [start, size), as a checkpoint states it. */
export interface Stretch {
  readonly start: number;
  readonly startRoot: Buffer;
  readonly size: number;
  readonly root: Buffer;
}

/** @param about the log, what of the counterpart's is seen, and the hash of the newest internal statement */
export function checkpointOf(
  { start, startRoot, size, root }: Stretch,
  about: {
    readonly from: string;
    readonly to: string;
    readonly ep: number;
    readonly seen: LogHead | null;
    readonly internal: string | null;
    readonly at: Instant;
  },
): Checkpoint {
  return { ...about, start, startRoot: toBase64url(startRoot), size, root: toBase64url(root) };
}

/** @throws ValiseError INPUT_INVALID with the path of the field at fault */
export function sealCheckpoint(content: Checkpoint, seal: Sealing): Jws {
  return sealed('valise-checkpoint+jws', content, seal);
}

/** Asks to be told from `have` on. */
export function sealLogAsk(content: LogAsk, seal: Sealing): Jws {
  return sealed('valise-log-ask+jws', content, seal);
}

/** The head of the internal log. @param salt 16 random bytes */
export function sealInternal(
  content: Omit<InternalHead, 'root' | 'salt'> & { readonly root: Buffer; readonly salt: Buffer },
  seal: Sealing,
): Jws {
  const { root, salt } = content;
  return sealed(
    'valise-internal+jws',
    { ...content, root: toBase64url(root), salt: toBase64url(salt) },
    seal,
  );
}

/**
 * How checkpoints and leaves name a signed statement: SHA-256 (base64url) over the canonical form of the whole JWS, its
 * signature included.
 */
export function statementHash(jws: Jws): string {
  return proofHash(jws);
}

export type VerifiedCheckpoint = VerifiedStatement<'valise-checkpoint+jws'>;

/** Verifies a checkpoint that travels in evidence; one in an envelope was verified by opening it. */
export function verifyCheckpoint(jws: unknown, judging: Judging): VerifiedCheckpoint | Refused {
  return verifySealed(jws, 'valise-checkpoint+jws', judging);
}

export function verifyInternal(
  jws: unknown,
  judging: Judging,
): VerifiedStatement<'valise-internal+jws'> | Refused {
  return verifySealed(jws, 'valise-internal+jws', judging);
}

function sealed<T extends StatementType>(typ: T, content: StatementContents[T], seal: Sealing): Jws {
  const { certificate, key, iat, suites } = seal;
  return signStatement({ typ, content, signers: [{ certificate, key, role: 'seal' }], iat, suites });
}

/** A fault of form and one of a signature are two classes; what the register says of a certificate stays as it is. */
function verifySealed<T extends StatementType>(
  jws: unknown,
  typ: T,
  judging: Judging,
): VerifiedStatement<T> | Refused {
  const verified = verifyStatement(jws as Jws, { ...judging, typ });
  if (verified.ok) return verified;
  const { code, detail } = verified;
  if (code.startsWith('CERTIFICATE_')) return refused(code, detail);
  const isForm = code === 'ENVELOPE_FORMAT' || code === 'ENVELOPE_SIZE';
  return refused(isForm ? 'EVIDENCE_FORMAT' : 'EVIDENCE_SIGNATURE', detail);
}
