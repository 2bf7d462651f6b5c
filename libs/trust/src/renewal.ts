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
  const [role] = predecessor.roles;
  const { authority } = predecessor;
  const wrong = faultOf(options);
  if (wrong !== undefined || role === undefined || authority === undefined)
    throw new ValiseError('FORBIDDEN', `${predecessor.subject} cannot be renewed: ${wrong ?? ''}`, {
      remedy: 'have a request made and a certificate issued from it',
    });
  const pair =
    options.publicKey === undefined ? await generateKey(options.suite ?? predecessor.suite) : undefined;
  const publicKey = options.publicKey ?? pair?.publicKey;
  if (publicKey === undefined) throw new ValiseError('INTERNAL', 'a key is made or given');
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
  return pair === undefined ? { certificate } : withheld({ certificate, privateKeyPem: pair.privateKeyPem });
}

function faultOf(options: Parameters<typeof renewCertificate>[0]): string | undefined {
  const { issuer, predecessor, publicKey, notBefore, notAfter } = options;
  if (!isIssuedBy(predecessor, issuer.certificate)) return 'another issuer issued it';
  if (predecessor.roles.length !== 1) return 'it does not carry exactly one role';
  if (predecessor.authority === undefined) return 'it names no authority';
  if (notBefore.getTime() < predecessor.notBefore.getTime())
    return 'its successor would begin before it does';
  if (notBefore.getTime() >= predecessor.notAfter.getTime())
    return `it ends on ${predecessor.notAfter.toISOString()}, before its successor begins`;
  if (notAfter.getTime() <= predecessor.notAfter.getTime()) return 'its successor would not end later';
  if (publicKey !== undefined && isSameKey(publicKey, predecessor.publicKey) && options.sameKey !== true)
    return 'the successor would have the same key';
  return undefined;
}

/** The DNS names and IP addresses of a `tls` certificate. */
export function hostsOf(certificate: Certificate): string[] {
  const parsed = new x509.X509Certificate(anatomyOf(certificate).native.raw);
  return hostsIn(parsed.getExtension(x509.SubjectAlternativeNameExtension));
}
