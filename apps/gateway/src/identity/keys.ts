import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ValiseError } from '#core';
import type { SigningKey } from '#envelope';
import { readSecret } from '#service';
import { type Certificate, isSameKey, loadCertificate, loadPrivateKey, openToken, type Role } from '#trust';
import { CONFIGURATION, type Configuration, type SealFiles } from '../configuration.js';

export interface CertifiedKey {
  readonly certificate: Certificate;
  readonly key: KeyObject;
}
/** A seal's key may lie in a hardware module. */
export interface SealKey {
  readonly certificate: Certificate;
  readonly key: SigningKey;
}
export interface AuthorityKeys {
  readonly id: string;
  /** Newest first. */
  readonly seals: readonly SealKey[];
  /** Newest first. */
  readonly encryption: readonly CertifiedKey[];
}

/**
 * The keys of the authorities that this node serves, and the roots that it trusts. Read once at start: a missing
 * file, an open mode or a certificate that does not fit its key stops the process.
 */
@Injectable()
export class Keys {
  private readonly authorities: ReadonlyMap<string, AuthorityKeys>;
  private readonly anchors: ReadonlyMap<string, Certificate>;
  readonly keeper: (CertifiedKey & { readonly book: string }) | undefined;

  constructor(@Inject(CONFIGURATION) private readonly configuration: Configuration) {
    this.authorities = new Map(
      configuration.authorities.map(({ id, seal, encryption }) => [
        id,
        {
          id,
          seals: seal.map((one) => this.loadSeal(one, id)),
          encryption: encryption.map((pair) => this.load(pair, 'encryption', id)),
        },
      ]),
    );
    this.anchors = new Map(
      configuration.anchors.map(({ keeper, certificate }) => [
        keeper,
        loadCertificate(configuration.resolve(certificate)),
      ]),
    );
    const keeper = configuration.register.keeper;
    this.keeper = keeper && { book: keeper.book, ...this.load(keeper, 'register', undefined) };
  }

  /** Authorities of ours, in the configuration's order. */
  get own(): readonly string[] {
    return [...this.authorities.keys()];
  }

  isOwn(authority: string): boolean {
    return this.authorities.has(authority);
  }

  /** @throws ValiseError INTERNAL where the authority is not ours: callers checked before */
  of(authority: string): AuthorityKeys {
    const keys = this.authorities.get(authority);
    if (!keys) throw new ValiseError('INTERNAL', `this node serves no authority ${authority}`);
    return keys;
  }

  /** What an authority seals with now: the newest whose certificate is valid, so that the next one can be installed ahead of its day. */
  sealAt(authority: string, at: Date): SealKey {
    const { seals } = this.of(authority);
    const valid = seals.find(({ certificate }) => certificate.notBefore <= at && at < certificate.notAfter);
    const seal = valid ?? seals[0];
    if (!seal) throw new ValiseError('INTERNAL', `${authority} has no seal`);
    return seal;
  }

  /** The seal that something was prepared for, if it is still there. */
  sealOf(authority: string, thumbprint: string): SealKey | undefined {
    return this.of(authority).seals.find(({ certificate }) => certificate.thumbprint === thumbprint);
  }

  /** Every key that may open an envelope for us. */
  get recipients(): { authority: string; certificate: Certificate; key: KeyObject }[] {
    return [...this.authorities.values()].flatMap(({ id, encryption }) =>
      encryption.map((pair) => ({ authority: id, ...pair })),
    );
  }

  /** The root that we pinned for a keeper, `state:KZ`, `organ:cis-atc` or `depositary:CIS`. */
  anchor(keeper: string): Certificate | undefined {
    return this.anchors.get(keeper);
  }

  private loadSeal(files: SealFiles, authority: string): SealKey {
    if ('key' in files) return this.load(files, 'seal', authority);
    const { certificate: file, pkcs11 } = files;
    const certificate = this.loadCertificate(file, 'seal', authority);
    const { resolve, file: configuration } = this.configuration;
    const library = resolve(pkcs11.library);
    const pin = readSecret(pkcs11.pin, configuration);
    return { certificate, key: openToken({ ...pkcs11, library, pin, certificate }) };
  }

  private load(
    files: { certificate: string; key: string },
    role: Role,
    authority: string | undefined,
  ): CertifiedKey {
    const certificate = this.loadCertificate(files.certificate, role, authority);
    const key = loadPrivateKey(this.configuration.resolve(files.key));
    if (!isSameKey(key, certificate.publicKey))
      throw wrongPair(files.certificate, `does not belong to the key ${files.key}`);
    return { certificate, key };
  }

  private loadCertificate(file: string, role: Role, authority: string | undefined): Certificate {
    const certificate = loadCertificate(this.configuration.resolve(file));
    if (!certificate.roles.includes(role)) throw wrongPair(file, `does not have the role ${role}`);
    if (authority !== undefined && certificate.authority !== authority)
      throw wrongPair(file, `is of ${certificate.authority ?? 'no authority'}, not of ${authority}`);
    return certificate;
  }
}

function wrongPair(file: string, wrong: string): ValiseError {
  const remedy = 'name the right pair of files';
  return new ValiseError('CONFIGURATION', `the certificate ${file} ${wrong}`, { remedy });
}
