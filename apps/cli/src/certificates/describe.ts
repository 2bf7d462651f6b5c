import { ValiseError } from '#core';
import {
  type Certificate,
  type CertificateRequest,
  type Crl,
  hostsOf,
  parseCertificate,
  parseCrl,
  parseRequest,
} from '#trust';
import { daysLeft } from '../keys/check.js';
import { fingerprintOf } from '../keys/key-files.js';

export type Description = Readonly<Record<string, unknown>> & { readonly kind: string };

const AUTHORITY_URN = 'urn:valise:authority:';

/**
 * What stands in a certificate, request or revocation list.
 *
 * @param content PEM text or DER bytes
 * @throws ValiseError CERTIFICATE_FORMAT for anything else
 */
export function describe(name: string, content: Buffer, at: Date): Description {
  const text = content.toString('latin1');
  if (text.includes('PRIVATE KEY-----'))
    throw new ValiseError('CERTIFICATE_FORMAT', `${name} is a private key, not a certificate`, {
      remedy: 'see keys with `valise keys show`',
    });
  if (text.includes('-----BEGIN CERTIFICATE REQUEST-----')) return describeRequest(parseRequest(text));
  if (text.includes('-----BEGIN X509 CRL-----')) return describeCrl(parseCrl(text), at);
  if (text.includes('-----BEGIN CERTIFICATE-----')) return describeCertificate(parseCertificate(text), at);
  if (text.includes('-----BEGIN ') || content[0] !== 0x30)
    throw new ValiseError('CERTIFICATE_FORMAT', `${name} is not a certificate, a request or a list`, {
      remedy: 'name a PEM or DER file of one of these',
    });
  return describeCertificate(parseCertificate(content), at);
}

function describeCertificate(certificate: Certificate, at: Date): Description {
  const { authority, notBefore, notAfter } = certificate;
  const hosts = hostsOf(certificate);
  return {
    kind: 'certificate',
    subject: certificate.subject,
    issuer: certificate.issuer,
    ...(authority !== undefined && { authority: `${AUTHORITY_URN}${authority}` }),
    roles: certificate.roles,
    ...(hosts.length > 0 && { hosts }),
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    daysLeft: daysLeft(notAfter, at),
    suite: certificate.suite,
    serialNumber: certificate.serialNumber,
    thumbprint: certificate.thumbprint,
    publicKeySha256: fingerprintOf(certificate.publicKey),
  };
}

function describeRequest(request: CertificateRequest): Description {
  const { authority, role, hosts } = request;
  return {
    kind: 'request',
    subject: request.subject,
    ...(authority !== undefined && { authority: `${AUTHORITY_URN}${authority}` }),
    ...(role !== undefined && { roles: [role] }),
    ...(hosts.length > 0 && { hosts }),
    suite: request.suite,
    publicKeySha256: fingerprintOf(request.publicKey),
  };
}

function describeCrl(crl: Crl, at: Date): Description {
  return {
    kind: 'revocation list',
    issuer: crl.issuer,
    number: crl.number ?? null,
    thisUpdate: crl.thisUpdate.toISOString(),
    nextUpdate: crl.nextUpdate.toISOString(),
    daysLeft: daysLeft(crl.nextUpdate, at),
    revoked: crl.entries.map(({ serialNumber, at: since, reason }) => ({
      serialNumber,
      at: since.toISOString(),
      ...(reason !== undefined && { reason }),
    })),
  };
}

/** For people: one field a line. */
export function render(description: Description): string {
  const { kind, daysLeft: days, ...fields } = description;
  const lines = Object.entries(fields).map(([name, value]) => {
    const shown = Array.isArray(value)
      ? value.map(shortly).join('\n                 ') || 'none'
      : String(value);
    const left =
      (name === 'notAfter' || name === 'nextUpdate') && typeof days === 'number'
        ? days < 0
          ? ' (past)'
          : ` (${days} days left)`
        : '';
    return `${name.padEnd(16)} ${shown}${left}`;
  });
  return [kind, ...lines].join('\n');
}

function shortly(item: unknown): string {
  return typeof item === 'object' && item !== null ? Object.values(item).join(' ') : String(item);
}
