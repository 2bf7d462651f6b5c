import { createHash } from 'node:crypto';
import type { NationalList } from '#treaties';
import { type Certificate, type Crl, parseCertificate } from '#trust';

/** A certificate as a version of a list had it. By its bytes first: what cannot be read beside it does not stop the search. */
export function onceListed(
  certificates: NationalList['certificates'],
  thumbprint: string,
): Certificate | undefined {
  const found = certificates
    .map(({ certificate }) => Buffer.from(certificate, 'base64'))
    .find((der) => createHash('sha256').update(der).digest('base64url') === thumbprint);
  return found && parseCertificate(found);
}

/** Whether any of these lists revokes it, from that instant at the latest. */
export function isRevokedBy(certificate: Certificate, crls: readonly Crl[], at: Date): boolean {
  return crls.some(({ issuer, revoked }) => {
    const since = issuer === certificate.issuer ? revoked.get(certificate.serialNumber) : undefined;
    return since !== undefined && since.getTime() <= at.getTime();
  });
}
