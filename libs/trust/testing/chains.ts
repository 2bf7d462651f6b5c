import 'reflect-metadata';
import { createPrivateKey, randomBytes, webcrypto, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { parseCertificate, type Certificate } from '../src/certificates.js';
import { generateKey, type KeyPair } from '../src/keys.js';
import { encodeRoles, ROLE_EXTENSION, type Role } from '../src/roles.js';

/** Certificates as a careless or hostile issuer makes them, part by part. */

export const AT = new Date('2026-06-01T00:00:00Z');
export const NOT_BEFORE = new Date('2026-01-01T00:00:00Z');
export const NOT_AFTER = new Date('2028-01-01T00:00:00Z');

export interface Made {
  readonly certificate: Certificate;
  readonly pair: KeyPair;
  readonly name: string;
}

export interface Wish {
  readonly name: string;
  /** Self-signed where absent. */
  readonly issuer?: Made;
  readonly issuerName?: string;
  readonly extensions: x509.Extension[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly hash?: 'SHA-1' | 'SHA-256' | 'SHA-512';
  readonly signWith?: KeyObject;
}

export async function make(wish: Wish): Promise<Made> {
  const pair = await generateKey('P-256');
  const signer = wish.signWith ?? wish.issuer?.pair.privateKey ?? pair.privateKey;
  const algorithm = { name: 'ECDSA', hash: wish.hash ?? 'SHA-256', namedCurve: 'P-256' };
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: `40${randomBytes(15).toString('hex')}`,
      subject: `CN=${wish.name}`,
      issuer: `CN=${wish.issuerName ?? wish.issuer?.name ?? wish.name}`,
      notBefore: wish.notBefore ?? NOT_BEFORE,
      notAfter: wish.notAfter ?? NOT_AFTER,
      publicKey: pair.publicKey.export({ type: 'spki', format: 'der' }),
      signingKey: await webcrypto.subtle.importKey(
        'pkcs8',
        createPrivateKey(signer.export({ type: 'pkcs8', format: 'pem' })).export({
          type: 'pkcs8',
          format: 'der',
        }),
        algorithm,
        false,
        ['sign'],
      ),
      signingAlgorithm: algorithm,
      extensions: [
        ...wish.extensions,
        await x509.SubjectKeyIdentifierExtension.create(
          pair.publicKey.export({ type: 'spki', format: 'der' }),
          false,
          webcrypto,
        ),
        await x509.AuthorityKeyIdentifierExtension.create(
          (wish.issuer?.pair ?? pair).publicKey.export({ type: 'spki', format: 'der' }),
          false,
          webcrypto,
        ),
      ],
    },
    webcrypto,
  );
  return { certificate: parseCertificate(new Uint8Array(certificate.rawData)), pair, name: wish.name };
}

const { KeyUsageFlags } = x509;

export const caUsage = new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true);
export const ca = (pathLength?: number) => new x509.BasicConstraintsExtension(true, pathLength, true);
export const leafUsage = (usage: x509.KeyUsageFlags = KeyUsageFlags.digitalSignature) =>
  new x509.KeyUsagesExtension(usage, true);
export const noCa = new x509.BasicConstraintsExtension(false, undefined, true);
export const roles = (...names: Role[]) => new x509.Extension(ROLE_EXTENSION, false, encodeRoles(names));
export const purposes = (...oids: string[]) => new x509.ExtendedKeyUsageExtension(oids, false);
/** An extension that nobody knows. */
export const unknown = (critical: boolean) =>
  new x509.Extension('1.2.840.113556.1.8000.2554.1', critical, Buffer.from('0500', 'hex'));
/** permittedSubtrees with the DNS name example.org. */
export const nameConstraints = (critical: boolean) =>
  new x509.Extension('2.5.29.30', critical, Buffer.from('3011a00f300d820b6578616d706c652e6f7267', 'hex'));
