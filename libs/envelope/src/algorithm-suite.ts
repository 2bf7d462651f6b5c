import type { KeyObject } from 'node:crypto';
import type { Certificate } from '#trust';

/** A JSON Web Key of public parts only, as a suite's own ephemeral keys have them. */
export type EphemeralKey = Readonly<Record<string, string>>;

/** The recipient's part of a JWE; `epk`, `apu` and `apv` belong to key agreement only. */
export interface RecipientHeader {
  readonly alg: string;
  readonly kid: string;
  readonly epk?: EphemeralKey | undefined;
  readonly apu?: string | undefined;
  readonly apv?: string | undefined;
}

/**
 * A suite of algorithms. Which one applies follows from the certificate's key, never from the message: the message
 * only has to agree. A further suite (national algorithms, post-quantum) is one more object of this shape; the format
 * stays as it is.
 */
export interface AlgorithmSuite {
  readonly id: string;
  /** JOSE's `alg` of a signature, and of the recipient. */
  readonly signature: string;
  readonly keyManagement: string;
  /** Whether a certificate's public key, or the private key to it, is one of this suite. */
  suits(key: KeyObject): boolean;
  sign(data: Buffer, key: KeyObject): Buffer;
  /** `signature` of a wrong length is no signature. */
  verify(data: Buffer, key: KeyObject, signature: Buffer): boolean;
  wrap(cek: Buffer, recipient: Certificate, from: string): { header: RecipientHeader; encryptedKey: Buffer };
  /**
   * @param header strings of bounded length; which members it must have, and which of `epk`, is the suite's to check
   * @returns undefined where the key does not open; @throws Refusal ENVELOPE_FORMAT or ENVELOPE_ALGORITHM for a malformed header
   */
  unwrap(
    encryptedKey: Buffer,
    header: RecipientHeader,
    recipient: { certificate: Certificate; key: KeyObject },
  ): Buffer | undefined;
}
