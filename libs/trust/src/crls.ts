import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { ValiseError } from '#core';
import { issuerNameOf, keyIdentifierOf, toSecond } from './issue.js';
import { keyOf, signingAlgorithmOf, signingKeyOf, type Issuer } from './keys.js';
import { crlPem, isSignedBy, REASONS, type Crl, type Revocation } from './revocation.js';

interface Period {
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

/** A full revocation list of one issuer (RFC 5280 section 5). */
export async function createCrl(
  options: Period & {
    readonly issuer: Issuer;
    readonly revoked: readonly Revocation[];
    /** Must increase from list to list (section 5.2.3). */
    readonly number: number;
  },
): Promise<{ pem: string; der: Buffer }> {
  const { issuer, thisUpdate, nextUpdate, number } = options;
  if (!Number.isSafeInteger(number) || number < 0)
    throw new ValiseError('INPUT_INVALID', 'a list’s number is a whole number', { path: 'number' });
  if (!(thisUpdate.getTime() < nextUpdate.getTime()))
    throw new ValiseError('INPUT_INVALID', 'a revocation list must begin before it ends', {
      path: 'nextUpdate',
      remedy: 'give a later next update',
    });
  if (new Set(options.revoked.map(({ serialNumber }) => serialNumber)).size < options.revoked.length)
    throw new ValiseError('INPUT_INVALID', 'a serial number is revoked twice', { path: 'revoked' });
  const key = keyOf(issuer);
  const crl = await x509.X509CrlGenerator.create(
    {
      issuer: issuerNameOf(issuer.certificate),
      thisUpdate: toSecond(thisUpdate),
      nextUpdate: toSecond(nextUpdate),
      entries: options.revoked.map(({ serialNumber, at, reason }) => ({
        serialNumber,
        revocationDate: toSecond(at),
        ...(reason === undefined ? {} : { reason: REASONS[reason] }),
      })),
      extensions: [
        await keyIdentifierOf(issuer.certificate.publicKey),
        new x509.Extension('2.5.29.20', false, derInteger(number)),
      ],
      signingKey: await signingKeyOf(key),
      signingAlgorithm: signingAlgorithmOf(key),
    },
    webcrypto,
  );
  const der = Buffer.from(crl.rawData);
  return { pem: crlPem(der), der };
}

/**
 * The list after `previous`: everything revoked so far, what is added, and the next number. Revoked certificates stay
 * revoked, with their original instant and reason.
 *
 * @param options without `previous`, the issuer's first list, number 1
 * @throws ValiseError FORBIDDEN where the previous list is another issuer's, has no number, or is younger
 */
export async function succeedCrl(
  options: Period & {
    readonly issuer: Issuer;
    readonly previous?: Crl | undefined;
    readonly revoke: readonly Revocation[];
  },
): Promise<{ pem: string; der: Buffer; number: number; revoked: readonly Revocation[] }> {
  const { issuer, previous, revoke } = options;
  const wrong =
    previous === undefined
      ? undefined
      : !isSignedBy(previous, issuer.certificate)
        ? 'is not this issuer’s'
        : previous.number === undefined
          ? 'has no number'
          : previous.thisUpdate.getTime() > options.thisUpdate.getTime()
            ? 'is younger than its successor'
            : undefined;
  if (wrong !== undefined)
    throw new ValiseError('FORBIDDEN', `the previous revocation list ${wrong}`, {
      remedy: 'give the list that this issuer published last, and see that the clock is right',
    });
  const entries = new Map<string, Revocation>();
  for (const revocation of [...(previous?.entries ?? []), ...revoke])
    if (!entries.has(revocation.serialNumber)) entries.set(revocation.serialNumber, revocation);
  const revoked = [...entries.values()];
  const number = (previous?.number ?? 0) + 1;
  return { ...(await createCrl({ ...options, revoked, number })), number, revoked };
}

/** A non-negative safe integer in DER. */
function derInteger(value: number): Buffer {
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  if (parseInt(hex.slice(0, 2), 16) > 0x7f) hex = `00${hex}`;
  return Buffer.concat([Buffer.from([2, hex.length / 2]), Buffer.from(hex, 'hex')]);
}
