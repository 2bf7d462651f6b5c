import { KeyObject } from 'node:crypto';
import { ValiseError } from '#core';
import type { Signer } from '#trust';
import type { AlgorithmSuite } from './algorithm-suite.js';
import { Refusal } from './rejected.js';
import { p256 } from './suite-p256.js';
import { rsa } from './suite-rsa.js';

/** The profile's own. Nothing else is accepted unless a caller names other suites, which no application does. */
export const PROFILE_SUITES: readonly AlgorithmSuite[] = Object.freeze([p256, rsa]);

/** Part of the options of everything that signs, verifies, encrypts or opens. */
export interface SuiteChoice {
  /** By default, and in every application, `PROFILE_SUITES`. */
  readonly suites?: readonly AlgorithmSuite[] | undefined;
}

/** A private key in memory, or one in a hardware module that signs for us in its suite's signature algorithm. */
export type SigningKey = KeyObject | Pick<Signer, 'publicKey' | 'sign'>;

/** @throws Refusal ENVELOPE_ALGORITHM for a key of no suite that is accepted */
export function suiteFor(key: KeyObject, suites: SuiteChoice['suites']): AlgorithmSuite {
  const suite = (suites ?? PROFILE_SUITES).find((one) => one.suits(key));
  if (suite === undefined) throw new Refusal('ENVELOPE_ALGORITHM', 'the key is of no suite that is accepted');
  return suite;
}

/** The same for our own keys, where it is misuse. @throws ValiseError ENVELOPE_ALGORITHM */
export function ownSuite(key: KeyObject, suites: SuiteChoice['suites']): AlgorithmSuite {
  try {
    return suiteFor(key, suites);
  } catch (error) {
    if (error instanceof Refusal) throw new ValiseError(error.code, error.detail);
    throw error;
  }
}

/** What a signing key belongs to: itself in memory, or the public half of one that we never see. */
export function keyObjectOf(key: SigningKey): KeyObject {
  return key instanceof KeyObject ? key : key.publicKey;
}

export function signData(data: Buffer, key: SigningKey, suites: SuiteChoice['suites']): Buffer {
  return key instanceof KeyObject ? ownSuite(key, suites).sign(data, key) : key.sign(data);
}
