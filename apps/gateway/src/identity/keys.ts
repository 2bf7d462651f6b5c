import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ValiseError } from '#core';
import { type Certificate, loadCertificate, loadPrivateKey, type Role } from '#trust';
import { CONFIGURATION, type Configuration } from '../configuration.js';

export interface CertifiedKey {
  readonly certificate: Certificate;
  readonly key: KeyObject;
}
export interface AuthorityKeys {
  readonly id: string;
  /** Newest first. */
  readonly seals: readonly CertifiedKey[];
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
          seals: seal.map((pair) => this.load(pair, 'seal', id)),
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
  sealAt(authority: string, at: Date): CertifiedKey {
    const { seals } = this.of(authority);
    const valid = seals.find(({ certificate }) => certificate.notBefore <= at && at < certificate.notAfter);
    const seal = valid ?? seals[0];
    if (!seal) throw new ValiseError('INTERNAL', `${authority} has no seal`);
    return seal;
  }

  /** The seal that something was prepared for, if it is still there. */
  sealOf(authority: string, thumbprint: string): CertifiedKey | undefined {
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

  private load(
    files: { certificate: string; key: string },
    role: Role,
    authority: string | undefined,
  ): CertifiedKey {
    const certificate = loadCertificate(this.configuration.resolve(files.certificate));
    const key = loadPrivateKey(this.configuration.resolve(files.key));
    const wrong = !certificate.roles.includes(role)
      ? `has not the role ${role}`
      : authority !== undefined && certificate.authority !== authority
        ? `is of ${certificate.authority ?? 'no authority'}, not of ${authority}`
        : !publicKeysEqual(certificate, key)
          ? `does not belong to the key ${files.key}`
          : undefined;
    if (wrong)
      throw new ValiseError('CONFIGURATION', `the certificate ${files.certificate} ${wrong}`, {
        remedy: 'name the right pair of files',
      });
    return { certificate, key };
  }
}

function publicKeysEqual(certificate: Certificate, key: KeyObject): boolean {
  const publicJwk = certificate.publicKey.export({ format: 'jwk' });
  const privateJwk = key.export({ format: 'jwk' });
  return (
    publicJwk.kty === privateJwk.kty &&
    publicJwk.x === privateJwk.x &&
    publicJwk.y === privateJwk.y &&
    publicJwk.n === privateJwk.n
  );
}
