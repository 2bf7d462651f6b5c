import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import {
  type Certificate,
  createCrl,
  createRoot,
  issueCertificate,
  issueIntermediate,
  parseCertificate,
  parseCrl,
  type Crl,
} from '#trust';
import type { Holder } from '../../../libs/envelope/testing/offices.js';
import { encodeRoles, ROLE_EXTENSION } from '../../../libs/trust/src/roles.js';

const DAY_MS = 86_400_000;

export interface Issuing {
  readonly certificate: Certificate;
  readonly privateKeyPem: string;
}

/** Seals of an authority that its list names, and that no reader may take. */
export interface Unfit {
  readonly expired: Holder;
  readonly revoked: Holder;
  /** Its key usage lets it agree on keys only. */
  readonly wrongUsage: Holder;
  /** Below two intermediates, of which the upper one allows none. */
  readonly tooDeep: Holder;
  readonly unknownExtension: Holder;
  /** Under a root of the depositary, which relays the list and is not its keeper. */
  readonly substituted: Holder;
}
export interface UnfitSeals {
  readonly seals: Unfit;
  readonly intermediates: readonly Certificate[];
  readonly crl: Crl;
}

/** Makes them under a state's root. */
export async function unfitSeals(root: Issuing, authority: string, now: Date): Promise<UnfitSeals> {
  const at = (days: number) => new Date(now.getTime() + days * DAY_MS);
  const validity = { notBefore: at(-30), notAfter: at(300) };
  const hold = async (issuer: Issuing, over: Partial<typeof validity> = {}): Promise<Holder> => {
    const subject = { name: `${authority} seal`, authority };
    const issued = await issueCertificate({
      issuer,
      role: 'seal',
      suite: 'P-256',
      subject,
      ...validity,
      ...over,
    });
    return { certificate: issued.certificate, key: createPrivateKey(issued.privateKeyPem ?? '') };
  };
  const middle = { suite: 'P-256', pathLength: 0, ...validity } as const;
  const upper = await issueIntermediate({ issuer: root, name: 'Upper', ...middle });
  const lower = await issueIntermediate({ issuer: upper, name: 'Lower', ...middle });
  const depositary = await createRoot({ name: 'Depositary', suite: 'P-256', ...validity });
  const revoked = await hold(root);
  const { der } = await createCrl({
    issuer: root,
    revoked: [{ serialNumber: revoked.certificate.serialNumber, at: at(-1) }],
    thisUpdate: at(-1),
    nextUpdate: at(300),
    number: 1,
  });
  return {
    seals: {
      expired: await hold(root, { notAfter: at(-1) }),
      revoked,
      wrongUsage: await oddLeaf(root, authority, validity, x509.KeyUsageFlags.keyAgreement),
      tooDeep: await hold(lower),
      unknownExtension: await oddLeaf(root, authority, validity, x509.KeyUsageFlags.digitalSignature, [
        new x509.Extension('1.2.840.113556.1.8000.2554.1', true, Buffer.from('0500', 'hex')),
      ]),
      substituted: await hold(depositary),
    },
    intermediates: [upper.certificate, lower.certificate],
    crl: parseCrl(der),
  };
}

/** A seal as our own issuing would not make it. */
async function oddLeaf(
  issuer: Issuing,
  authority: string,
  validity: { notBefore: Date; notAfter: Date },
  usage: x509.KeyUsageFlags,
  extensions: readonly x509.Extension[] = [],
): Promise<Holder> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' };
  const pkcs8 = createPrivateKey(issuer.privateKeyPem).export({ type: 'pkcs8', format: 'der' });
  const made = await x509.X509CertificateGenerator.create(
    {
      serialNumber: `40${randomBytes(15).toString('hex')}`,
      subject: `CN=${authority} seal`,
      issuer: new x509.X509Certificate(issuer.certificate.der).subjectName,
      ...validity,
      publicKey: publicKey.export({ type: 'spki', format: 'der' }),
      signingKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(usage, true),
        new x509.SubjectAlternativeNameExtension([
          { type: 'url', value: `urn:valise:authority:${authority}` },
        ]),
        new x509.Extension(ROLE_EXTENSION, false, encodeRoles(['seal'])),
        ...extensions,
      ],
    },
    webcrypto,
  );
  return { certificate: parseCertificate(new Uint8Array(made.rawData)), key: privateKey };
}
