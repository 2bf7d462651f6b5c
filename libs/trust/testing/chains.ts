import 'reflect-metadata';
import { randomBytes, webcrypto, type KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { parseCertificate, type Certificate } from '../src/certificates.js';
import { pemOf, resigned } from './der.js';
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
  /** A key that is there already; of P-256 and new where absent. */
  readonly pair?: Pick<KeyPair, 'privateKey' | 'publicKey'>;
  /** Bytes that stand where the public key should. */
  readonly spki?: Buffer;
  /** Changes the fields of the certificate (RFC 5280 section 4.1) before it is signed. */
  readonly edit?: (fields: Buffer[]) => Buffer[];
}

export async function make(wish: Wish): Promise<Made> {
  const pair = await generateKey('P-256');
  const { der } = await makeDer({ pair, ...wish });
  return { certificate: parseCertificate(der), pair, name: wish.name };
}

export interface MadeDer {
  readonly der: Buffer;
  readonly pem: string;
  readonly pair: Pick<KeyPair, 'privateKey' | 'publicKey'>;
  readonly name: string;
}

/** As `make`, also for what our own parser refuses. */
export async function makeDer(
  wish: Omit<Wish, 'issuer'> & { readonly issuer?: Pick<MadeDer, 'pair' | 'name'> },
): Promise<MadeDer> {
  const pair = wish.pair ?? (await generateKey('P-256'));
  const signer = wish.signWith ?? wish.issuer?.pair.privateKey ?? pair.privateKey;
  const { algorithm, key: signingKey } = await signingKeyOf(signer, wish.hash ?? 'SHA-256');
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: `40${randomBytes(15).toString('hex')}`,
      subject: `CN=${wish.name}`,
      issuer: `CN=${wish.issuerName ?? wish.issuer?.name ?? wish.name}`,
      notBefore: wish.notBefore ?? NOT_BEFORE,
      notAfter: wish.notAfter ?? NOT_AFTER,
      publicKey: wish.spki ?? spkiOf(pair),
      signingKey,
      signingAlgorithm: algorithm,
      extensions: [
        ...wish.extensions,
        await x509.SubjectKeyIdentifierExtension.create(spkiOf(pair), false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(
          spkiOf(wish.issuer?.pair ?? pair),
          false,
          webcrypto,
        ),
      ],
    },
    webcrypto,
  );
  const plain = Buffer.from(certificate.rawData);
  const hash = wish.hash?.replace('-', '').toLowerCase();
  const bytes = wish.edit ? resigned(plain, signer, wish.edit, hash) : plain;
  return { der: bytes, pem: pemOf('CERTIFICATE', bytes), pair, name: wish.name };
}

const spkiOf = ({ publicKey }: Pick<KeyPair, 'publicKey'>): Buffer =>
  publicKey.export({ type: 'spki', format: 'der' });

interface WebSigner {
  readonly algorithm: { readonly name: string; readonly hash: string; readonly namedCurve?: string };
  readonly key: webcrypto.CryptoKey;
}
const signers = new WeakMap<KeyObject, Map<string, Promise<WebSigner>>>();

/** An issuer's key signs many certificates, and to import it takes longer than to sign. */
function signingKeyOf(signer: KeyObject, hash: string): Promise<WebSigner> {
  const known = signers.get(signer) ?? new Map<string, Promise<WebSigner>>();
  signers.set(signer, known);
  const made = known.get(hash) ?? importSigner(signer, hash);
  known.set(hash, made);
  return made;
}

async function importSigner(signer: KeyObject, hash: string): Promise<WebSigner> {
  const algorithm =
    signer.asymmetricKeyType === 'ec'
      ? { name: 'ECDSA', hash, namedCurve: curveOf(signer) }
      : { name: 'RSASSA-PKCS1-v1_5', hash };
  const pkcs8 = signer.export({ type: 'pkcs8', format: 'der' });
  return { algorithm, key: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']) };
}

/** WebCrypto's name of OpenSSL's. */
const curveOf = (key: KeyObject): string =>
  key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'P-384' : 'P-256';

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
