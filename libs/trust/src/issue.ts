import 'reflect-metadata';
import { createPrivateKey, generateKeyPair, randomBytes, webcrypto, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import * as x509 from '@peculiar/x509';
import { ValiseError } from '#core';
import { anatomyOf, parseCertificate, suiteOf, type Certificate, type Suite } from './certificates.js';
import { crlPem } from './revocation.js';
import { AUTHORITY_ID, AUTHORITY_URN, encodeRoles, ROLE_EXTENSION, type Role } from './roles.js';

export interface KeyPair {
  /** PKCS#8, unencrypted. */
  readonly privateKeyPem: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface Issuer {
  readonly certificate: Certificate;
  readonly privateKeyPem: string;
}

export type RevocationReason = 'key-compromise' | 'affiliation-changed' | 'superseded' | 'cessation';

/** RFC 5280 section 5.3.1. */
const REASONS: Readonly<Record<RevocationReason, x509.X509CrlReason>> = {
  'key-compromise': x509.X509CrlReason.keyCompromise,
  'affiliation-changed': x509.X509CrlReason.affiliationChanged,
  superseded: x509.X509CrlReason.superseded,
  cessation: x509.X509CrlReason.cessationOfOperation,
};

const RSA_BITS = 3072;
const generate = promisify(generateKeyPair);

export async function generateKey(suite: Suite): Promise<KeyPair> {
  const { privateKey, publicKey } =
    suite === 'P-256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: RSA_BITS });
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    privateKey,
    publicKey,
  };
}

/** A state's (or organ's, or depositary's) own root, which peers pin. */
export async function createRoot(options: {
  readonly name: string;
  /** ISO 3166 alpha-2. */
  readonly country?: string | undefined;
  readonly suite: Suite;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** How many intermediates may stand below; one by default. */
  readonly pathLength?: number | undefined;
}): Promise<{ certificate: Certificate; privateKeyPem: string }> {
  const { privateKeyPem, publicKey } = await generateKey(options.suite);
  const subject = distinguishedName({ name: options.name, country: options.country });
  const certificate = await sign({
    subject,
    publicKey,
    issuerName: subject,
    issuerKeyPem: privateKeyPem,
    validity: options,
    extensions: [
      ...(await authorityExtensions(publicKey, options.pathLength ?? 1)),
      await keyIdentifierOf(publicKey),
    ],
  });
  return { certificate, privateKeyPem };
}

/** The one certification authority that may stand between a root and the leaves. */
export async function issueIntermediate(options: {
  readonly issuer: Issuer;
  readonly name: string;
  readonly country?: string | undefined;
  readonly suite: Suite;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly pathLength?: number | undefined;
}): Promise<{ certificate: Certificate; privateKeyPem: string }> {
  const { privateKeyPem, publicKey } = await generateKey(options.suite);
  const certificate = await sign({
    subject: distinguishedName({ name: options.name, country: options.country }),
    publicKey,
    issuerName: issuerNameOf(options.issuer.certificate),
    issuerKeyPem: options.issuer.privateKeyPem,
    validity: options,
    extensions: [
      ...(await authorityExtensions(publicKey, options.pathLength ?? 0)),
      await keyIdentifierOf(options.issuer.certificate.publicKey),
    ],
  });
  return { certificate, privateKeyPem };
}

/**
 * A leaf for one role of one authority.
 *
 * @param options `publicKey` for a key that exists already, otherwise `suite` and a key is made and returned;
 *   `hosts` are the DNS names and IP addresses of a `tls` certificate
 */
export async function issueCertificate(options: {
  readonly issuer: Issuer;
  readonly role: Role;
  readonly subject: {
    readonly name: string;
    readonly authority: string;
    readonly country?: string | undefined;
  };
  readonly publicKey?: KeyObject | undefined;
  readonly suite?: Suite | undefined;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly hosts?: readonly string[] | undefined;
}): Promise<{ certificate: Certificate; privateKeyPem?: string }> {
  const { issuer, role, subject } = options;
  if (!AUTHORITY_ID.test(subject.authority))
    throw new ValiseError('INPUT_INVALID', `${subject.authority} is no authority id`, {
      path: 'subject.authority',
    });
  const pair = options.publicKey === undefined ? await generateKey(options.suite ?? 'P-256') : undefined;
  const publicKey = options.publicKey ?? pair?.publicKey;
  if (publicKey === undefined) throw new ValiseError('INTERNAL', 'a key is made or given');
  const certificate = await sign({
    subject: distinguishedName(subject),
    publicKey,
    issuerName: issuerNameOf(issuer.certificate),
    issuerKeyPem: issuer.privateKeyPem,
    validity: options,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(keyUsageFor(role, suiteOf(publicKey)), true),
      ...(role === 'tls' ? [new x509.ExtendedKeyUsageExtension(TLS_PURPOSES)] : []),
      new x509.SubjectAlternativeNameExtension(alternativeNames(subject.authority, options.hosts ?? [])),
      new x509.Extension(ROLE_EXTENSION, false, encodeRoles([role])),
      await x509.SubjectKeyIdentifierExtension.create(spkiOf(publicKey), false, webcrypto),
      await keyIdentifierOf(issuer.certificate.publicKey),
    ],
  });
  return pair === undefined ? { certificate } : { certificate, privateKeyPem: pair.privateKeyPem };
}

/** A full revocation list of one issuer (RFC 5280 section 5). */
export async function createCrl(options: {
  readonly issuer: Issuer;
  readonly revoked: readonly {
    readonly serialNumber: string;
    readonly at: Date;
    readonly reason?: RevocationReason | undefined;
  }[];
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly number: number;
}): Promise<{ pem: string; der: Buffer }> {
  const { issuer } = options;
  const crl = await x509.X509CrlGenerator.create(
    {
      issuer: issuerNameOf(issuer.certificate),
      thisUpdate: toSecond(options.thisUpdate),
      nextUpdate: toSecond(options.nextUpdate),
      entries: options.revoked.map(({ serialNumber, at, reason }) => ({
        serialNumber,
        revocationDate: toSecond(at),
        ...(reason === undefined ? {} : { reason: REASONS[reason] }),
      })),
      extensions: [
        await keyIdentifierOf(issuer.certificate.publicKey),
        new x509.Extension('2.5.29.20', false, derInteger(options.number)),
      ],
      signingKey: await signingKeyOf(issuer.privateKeyPem),
      signingAlgorithm: signingAlgorithmOf(createPrivateKey(issuer.privateKeyPem)),
    },
    webcrypto,
  );
  const der = Buffer.from(crl.rawData);
  return { pem: crlPem(der), der };
}

const TLS_PURPOSES = [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth];
const IP_ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]+)$/i;
/** X.520 bounds a common name to 64 characters; quotes, backslashes and controls have meanings in name syntaxes. */
const COMMON_NAME = /^[\p{L}\p{N}][\p{L}\p{N} .,:()/&№’-]{0,63}$/u;

function distinguishedName(subject: { name: string; country?: string | undefined }): x509.JsonName {
  if (!COMMON_NAME.test(subject.name) || subject.name.endsWith(' '))
    throw new ValiseError('INPUT_INVALID', `${subject.name} cannot be a common name`, { path: 'name' });
  if (subject.country !== undefined && !/^[A-Z]{2}$/.test(subject.country))
    throw new ValiseError('INPUT_INVALID', `${subject.country} is no country code`, { path: 'country' });
  return [...(subject.country === undefined ? [] : [{ C: [subject.country] }]), { CN: [subject.name] }];
}

function issuerNameOf(certificate: Certificate): x509.Name {
  return new x509.Name(anatomyOf(certificate).subjectName);
}

function alternativeNames(authority: string, hosts: readonly string[]): x509.JsonGeneralNames {
  return [
    { type: 'url', value: `${AUTHORITY_URN}${authority}` },
    ...hosts.map((host) => ({
      type: IP_ADDRESS.test(host) ? ('ip' as const) : ('dns' as const),
      value: host,
    })),
  ];
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

function keyIdentifierOf(issuerKey: KeyObject): Promise<x509.AuthorityKeyIdentifierExtension> {
  return x509.AuthorityKeyIdentifierExtension.create(spkiOf(issuerKey), false, webcrypto);
}

async function sign(plan: {
  subject: x509.JsonName;
  publicKey: KeyObject;
  issuerName: x509.JsonName | x509.Name;
  issuerKeyPem: string;
  validity: { notBefore: Date; notAfter: Date };
  extensions: x509.Extension[];
}): Promise<Certificate> {
  suiteOf(plan.publicKey);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: plan.subject,
      issuer: plan.issuerName,
      notBefore: toSecond(plan.validity.notBefore),
      notAfter: toSecond(plan.validity.notAfter),
      publicKey: spkiOf(plan.publicKey),
      signingKey: await signingKeyOf(plan.issuerKeyPem),
      signingAlgorithm: signingAlgorithmOf(createPrivateKey(plan.issuerKeyPem)),
      extensions: plan.extensions,
    },
    webcrypto,
  );
  return parseCertificate(new Uint8Array(certificate.rawData));
}

/** 16 octets, positive and without a leading zero octet (RFC 5280 section 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

export function signingAlgorithmOf(key: KeyObject): { name: string; hash: string; namedCurve?: string } {
  return key.asymmetricKeyType === 'ec'
    ? { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' }
    : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
}

export function signingKeyOf(privateKeyPem: string): Promise<webcrypto.CryptoKey> {
  const key = createPrivateKey(privateKeyPem);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', pkcs8, signingAlgorithmOf(key), true, ['sign']);
}

/** A non-negative safe integer in DER. */
function derInteger(value: number): Buffer {
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  if (parseInt(hex.slice(0, 2), 16) > 0x7f) hex = `00${hex}`;
  return Buffer.concat([Buffer.from([2, hex.length / 2]), Buffer.from(hex, 'hex')]);
}

function toSecond(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
