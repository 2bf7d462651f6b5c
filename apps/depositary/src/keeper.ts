import type { KeyObject } from 'node:crypto';
import { ValiseError } from '#core';
import { signBook, signBookStatement } from '#envelope';
import { speaksFor } from '#treaties';
import { type Certificate, loadCertificate, loadPrivateKey, isSameKey } from '#trust';
import type { DepositaryConfiguration } from './configuration.js';

/** The depositary's own pen: signs the treaty book and statements about it, and nothing else. */
export class Keeper {
  /** The one book that this key may sign. */
  readonly book: string;

  private constructor(
    readonly organisation: string,
    private readonly certificate: Certificate,
    private readonly key: KeyObject,
    private readonly chain: readonly Certificate[],
  ) {
    this.book = `treaty:${organisation}`;
  }

  /**
   * Loads key and certificate, and refuses to start with a pair that peers would not believe.
   *
   * @throws ValiseError KEY_FILE, KEY_PERMISSIONS, KEY_PASSPHRASE, CERTIFICATE_FORMAT, CONFIGURATION
   */
  static load({ organisation, signing }: DepositaryConfiguration, now: Date): Keeper {
    const certificate = loadCertificate(signing.certificate);
    const key = loadPrivateKey(signing.key, signing.passphrase);
    const fault = faultOf(certificate, key, `depositary:${organisation}`, now);
    if (fault !== undefined)
      throw new ValiseError('CONFIGURATION', `signing.certificate ${signing.certificate}: ${fault}`, {
        remedy: 'name the register certificate that this depositary was issued, and its own key',
      });
    return new Keeper(organisation, certificate, key, signing.chain.map(loadCertificate));
  }

  signBook(content: { book: string; version: number; [field: string]: unknown }, iat: number): string {
    this.requireOwn(content.book);
    const { certificate, key, chain } = this;
    return signBook({ content, certificate, key, iat, chain });
  }

  signStatement(content: { book: string; version: number; hash: string; at: string }, iat: number): string {
    this.requireOwn(content.book);
    const { certificate, key, chain } = this;
    return signBookStatement({ content, certificate, key, iat, chain });
  }

  /** A state's list is its own; this key has no say in it, whatever the caller asks. */
  private requireOwn(book: string): void {
    if (book !== this.book) throw new ValiseError('INTERNAL', `the depositary does not keep ${book}`);
  }
}

/** The pinned roots by keeper, with which submitted lists are checked. @throws ValiseError CERTIFICATE_FORMAT, KEY_FILE */
export function loadAnchors({ anchors }: DepositaryConfiguration): ReadonlyMap<string, Certificate> {
  return new Map(anchors.map(({ keeper, certificate }) => [keeper, loadCertificate(certificate)]));
}

/** Injection token of the anchors. */
export const ANCHORS = Symbol('ANCHORS');
export type Anchors = ReturnType<typeof loadAnchors>;

function faultOf(certificate: Certificate, key: KeyObject, keeper: string, now: Date): string | undefined {
  if (!certificate.roles.includes('register')) return 'it does not carry the role register';
  if (!speaksFor(certificate.authority, keeper))
    return `it was issued to ${certificate.authority ?? 'nobody named'}, not to ${keeper}`;
  if (!isSameKey(key, certificate.publicKey)) return 'signing.key is the key of another one';
  if (now < certificate.notBefore) return `it is valid only from ${certificate.notBefore.toISOString()}`;
  if (now > certificate.notAfter) return `it expired on ${certificate.notAfter.toISOString()}`;
  return undefined;
}
