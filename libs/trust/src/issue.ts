import 'reflect-metadata';
import { randomBytes, webcrypto, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { ValiseError } from '#core';
import { anatomyOf, parseCertificate, type Certificate } from './certificates.js';
import { generateKey, keyOf, signingAlgorithmOf, signingKeyOf, type Issuer } from './keys.js';
import { alternativeNames, distinguishedName, requireAuthority, requireHosts } from './names.js';
import { spkiOf, suiteOf, type Suite } from './public-keys.js';
import { encodeRoles, ROLE_EXTENSION, type Role } from './roles.js';
import { withheld } from './withheld.js';

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A state's (or organ's, or depositary's) own root, which peers pin. */
export async function createRoot(
  options: Validity & {
    readonly name: string;
    /** ISO 3166 alpha-2. */
    readonly country?: string | undefined;
    readonly suite: Suite;
    /** How many intermediates may stand below; one by default. */
    readonly pathLength?: number | undefined;
  },
): Promise<{ certificate: Certificate; privateKeyPem: string }> {
  const { privateKey, privateKeyPem, publicKey } = await generateKey(options.suite);
  const subject = distinguishedName({ name: options.name, country: options.country });
  const certificate = await sign({
    subject,
    publicKey,
    issuerName: subject,
    issuerKey: privateKey,
    validity: options,
    extensions: [
      ...(await authorityExtensions(publicKey, options.pathLength ?? 1)),
      await keyIdentifierOf(publicKey),
    ],
  });
  return withheld({ certificate, privateKeyPem });
}

/** The one certification authority that may stand between a root and the leaves. */
export async function issueIntermediate(
  options: Validity & {
    readonly issuer: Issuer;
    readonly name: string;
    readonly country?: string | undefined;
    readonly suite: Suite;
    readonly pathLength?: number | undefined;
  },
): Promise<{ certificate: Certificate; privateKeyPem: string }> {
  const { issuer } = options;
  const { privateKeyPem, publicKey } = await generateKey(options.suite);
  const certificate = await sign({
    subject: distinguishedName({ name: options.name, country: options.country }),
    publicKey,
    issuerName: issuerNameOf(issuer.certificate),
    issuerKey: keyOf(issuer),
    validity: options,
    extensions: [
      ...(await authorityExtensions(publicKey, options.pathLength ?? 0)),
      await keyIdentifierOf(issuer.certificate.publicKey),
    ],
  });
  return withheld({ certificate, privateKeyPem });
}

/**
 * A leaf for one role of one authority.
 *
 * @param options `publicKey` for a key that exists already, otherwise `suite` and a key is made and returned;
 *   `hosts` are the DNS names and IP addresses of a `tls` certificate
 */
export async function issueCertificate(
  options: Validity & {
    readonly issuer: Issuer;
    readonly role: Role;
    readonly subject: {
      readonly name: string;
      readonly authority: string;
      readonly country?: string | undefined;
    };
    readonly publicKey?: KeyObject | undefined;
    readonly suite?: Suite | undefined;
    readonly hosts?: readonly string[] | undefined;
  },
): Promise<{ certificate: Certificate; privateKeyPem?: string }> {
  const leaf = {
    issuer: options.issuer,
    role: options.role,
    authority: options.subject.authority,
    name: distinguishedName(options.subject),
    hosts: options.hosts ?? [],
    notBefore: options.notBefore,
    notAfter: options.notAfter,
  };
  if (options.publicKey !== undefined)
    return { certificate: await issueLeaf({ ...leaf, publicKey: options.publicKey }) };
  const { privateKeyPem, publicKey } = await generateKey(options.suite ?? 'P-256');
  return withheld({ certificate: await issueLeaf({ ...leaf, publicKey }), privateKeyPem });
}

/** A leaf under a name that is ready: of a new subject, of a request, or of the certificate that it succeeds. */
export async function issueLeaf(
  leaf: Validity & {
    readonly issuer: Issuer;
    readonly role: Role;
    readonly authority: string;
    readonly name: x509.JsonName | x509.Name;
    readonly hosts: readonly string[];
    readonly publicKey: KeyObject;
  },
): Promise<Certificate> {
  const { issuer, role, authority, hosts, publicKey } = leaf;
  requireAuthority(authority);
  requireHosts(hosts);
  return sign({
    subject: leaf.name,
    publicKey,
    issuerName: issuerNameOf(issuer.certificate),
    issuerKey: keyOf(issuer),
    validity: leaf,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(keyUsageFor(role, suiteOf(publicKey)), true),
      ...(role === 'tls' ? [new x509.ExtendedKeyUsageExtension(TLS_PURPOSES)] : []),
      new x509.SubjectAlternativeNameExtension(alternativeNames(authority, hosts)),
      new x509.Extension(ROLE_EXTENSION, false, encodeRoles([role])),
      await x509.SubjectKeyIdentifierExtension.create(spkiOf(publicKey), false, webcrypto),
      await keyIdentifierOf(issuer.certificate.publicKey),
    ],
  });
}

const TLS_PURPOSES = [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth];

/** As it stands in the issuer's certificate, byte for byte: names are compared so. */
export function issuerNameOf(certificate: Certificate): x509.Name {
  return new x509.Name(anatomyOf(certificate).subjectName);
}

function keyUsageFor(role: Role, suite: Suite): x509.KeyUsageFlags {
  if (role === 'encryption')
    return suite === 'P-256' ? x509.KeyUsageFlags.keyAgreement : x509.KeyUsageFlags.keyEncipherment;
  return x509.KeyUsageFlags.digitalSignature;
}

async function authorityExtensions(publicKey: KeyObject, pathLength: number): Promise<x509.Extension[]> {
  return [
    new x509.BasicConstraintsExtension(true, pathLength, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    await x509.SubjectKeyIdentifierExtension.create(spkiOf(publicKey), false, webcrypto),
  ];
}

export function keyIdentifierOf(issuerKey: KeyObject): Promise<x509.AuthorityKeyIdentifierExtension> {
  return x509.AuthorityKeyIdentifierExtension.create(spkiOf(issuerKey), false, webcrypto);
}

async function sign(plan: {
  subject: x509.JsonName | x509.Name;
  publicKey: KeyObject;
  issuerName: x509.JsonName | x509.Name;
  issuerKey: KeyObject;
  validity: Validity;
  extensions: x509.Extension[];
}): Promise<Certificate> {
  suiteOf(plan.publicKey);
  const { notBefore, notAfter } = plan.validity;
  if (!(notBefore.getTime() < notAfter.getTime()))
    throw new ValiseError('INPUT_INVALID', 'a certificate must begin before it ends', {
      path: 'notAfter',
      remedy: 'give a later end',
    });
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: plan.subject,
      issuer: plan.issuerName,
      notBefore: toSecond(notBefore),
      notAfter: toSecond(notAfter),
      publicKey: spkiOf(plan.publicKey),
      signingKey: await signingKeyOf(plan.issuerKey),
      signingAlgorithm: signingAlgorithmOf(plan.issuerKey),
      extensions: plan.extensions,
    },
    webcrypto,
  );
  return parseCertificate(new Uint8Array(certificate.rawData));
}

/** 16 octets, positive and without a leading zero octet (RFC 5280 section 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8() & 0x3f) | 0x40);
  return bytes.toString('hex');
}

/** X.509 times have no fractions of a second. */
export function toSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
