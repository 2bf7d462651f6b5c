import 'reflect-metadata';
import type { KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { ValiseError } from '#core';
import { anatomyOf, type Certificate } from './certificates.js';
import { issueLeaf, issuerNameOf, type Validity } from './issue.js';
import { generateKey, type Issuer } from './keys.js';
import { isSameKey, type Suite } from './public-keys.js';
import { hostsIn } from './names.js';
import { isIssuedBy } from './path.js';
import type { Crl } from './revocation.js';
import type { Role } from './roles.js';
import { withheld } from './withheld.js';

/**
 * The successor of a certificate: same subject, authority, role and hosts, under the same issuer, beginning before its
 * predecessor ends, so that no instant is without one.
 *
 * @param options a key is made and returned unless `publicKey` is given; the predecessor's own key is refused unless
 *   `sameKey` says that it is meant. `crl` is the issuer's: what is revoked has no successor
 * @throws ValiseError FORBIDDEN, CERTIFICATE_REVOKED
 */
export async function renewCertificate(
  options: Validity & {
    readonly issuer: Issuer;
    readonly predecessor: Certificate;
    readonly publicKey?: KeyObject | undefined;
    readonly suite?: Suite | undefined;
    readonly sameKey?: boolean | undefined;
    readonly crl?: Crl | undefined;
  },
): Promise<{ certificate: Certificate; privateKeyPem?: string }> {
  const { issuer, predecessor, crl } = options;
  if (crl?.revoked.has(predecessor.serialNumber))
    throw new ValiseError('CERTIFICATE_REVOKED', `${predecessor.subject} is revoked`, {
      remedy: 'issue a new certificate, once it is known why this one was revoked',
    });
  const { role, authority } = requireRenewable(options);
  const { publicKey, privateKeyPem } =
    options.publicKey === undefined
      ? await generateKey(options.suite ?? predecessor.suite)
      : { publicKey: options.publicKey, privateKeyPem: undefined };
  const certificate = await issueLeaf({
    issuer,
    role,
    authority,
    name: issuerNameOf(predecessor),
    hosts: hostsOf(predecessor),
    publicKey,
    notBefore: options.notBefore,
    notAfter: options.notAfter,
  });
  return privateKeyPem === undefined ? { certificate } : withheld({ certificate, privateKeyPem });
}

function requireRenewable(options: Parameters<typeof renewCertificate>[0]): {
  readonly role: Role;
  readonly authority: string;
} {
  const { issuer, predecessor, publicKey, notBefore, notAfter } = options;
  const refused = (why: string): ValiseError =>
    new ValiseError('FORBIDDEN', `${predecessor.subject} cannot be renewed: ${why}`, {
      remedy: 'have a request made and a certificate issued from it',
    });
  if (!isIssuedBy(predecessor, issuer.certificate)) throw refused('another issuer issued it');
  const [role, ...otherRoles] = predecessor.roles;
  if (role === undefined || otherRoles.length > 0) throw refused('it does not carry exactly one role');
  const { authority } = predecessor;
  if (authority === undefined) throw refused('it names no authority');
  if (notBefore.getTime() < predecessor.notBefore.getTime())
    throw refused('its successor would begin before it does');
  if (notBefore.getTime() >= predecessor.notAfter.getTime())
    throw refused(`it ends on ${predecessor.notAfter.toISOString()}, before its successor begins`);
  if (notAfter.getTime() <= predecessor.notAfter.getTime())
    throw refused('its successor would not end later');
  if (publicKey !== undefined && isSameKey(publicKey, predecessor.publicKey) && options.sameKey !== true)
    throw refused('the successor would have the same key');
  return { role, authority };
}

/** The DNS names and IP addresses of a `tls` certificate. */
export function hostsOf(certificate: Certificate): string[] {
  const parsed = new x509.X509Certificate(anatomyOf(certificate).native.raw);
  return hostsIn(parsed.getExtension(x509.SubjectAlternativeNameExtension));
}
