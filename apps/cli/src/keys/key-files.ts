import { createHash, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, ValiseError } from '#core';
import {
  exportPkcs12,
  generateKey,
  importPkcs12,
  loadCertificate,
  loadPrivateKey,
  protectPrivateKey,
  readOwnFile,
  requireKeyOf,
  spkiOf,
  suiteOf,
  type Certificate,
  type Suite,
  writePrivateKey,
} from '#trust';

/** Names that mean PKCS#12; everything else is PEM. */
const PKCS12_NAME = /\.(p12|pfx)$/i;

/** A public key's SHA-256 over its SubjectPublicKeyInfo, base64url: the same for key, request and certificate. */
export function fingerprintOf(key: KeyObject): string {
  return createHash('sha256').update(spkiOf(key)).digest('base64url');
}

/** @returns what was made, for the person who asked for it */
export async function newKey(file: string, suite: Suite, passphrase: Buffer | undefined): Promise<string> {
  const { privateKey, publicKey } = await generateKey(suite);
  writeKey(file, privateKey, [], passphrase);
  return `${suite} key ${fingerprintOf(publicKey)}`;
}

/**
 * Writes a key, mode 0600: PKCS#12 with its certificates where the name says so, otherwise PKCS#8 in PEM.
 *
 * @throws ValiseError KEY_PASSPHRASE, KEY_FILE (the file is there already, or the certificate is another key's)
 */
export function writeKey(
  file: string,
  key: KeyObject,
  certificates: readonly Certificate[],
  passphrase: Buffer | undefined,
): void {
  const [own] = certificates;
  if (own !== undefined) requireKeyOf(own, key);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (!PKCS12_NAME.test(file)) {
    writePrivateKey(
      file,
      passphrase === undefined
        ? key.export({ type: 'pkcs8', format: 'pem' })
        : protectPrivateKey(key, passphrase),
    );
    return;
  }
  if (passphrase === undefined)
    throw new ValiseError('KEY_PASSPHRASE', 'a PKCS#12 file needs a passphrase', {
      remedy: 'give --passphrase-file or --ask, or name a .pem file',
    });
  writePrivateKey(file, exportPkcs12({ privateKey: key, certificates }, passphrase));
}

/** Takes key and certificates out of a PKCS#12 file. */
export function importKey(
  file: string,
  to: { readonly key: string; readonly certificate: string },
  passphrase: Buffer | undefined,
  newPassphrase: Buffer | undefined,
): string {
  if (passphrase === undefined)
    throw new ValiseError('KEY_PASSPHRASE', `${file} is protected by a passphrase`, {
      remedy: 'give --passphrase-file or --ask',
    });
  const { privateKey, certificates } = importPkcs12(readOwnFile(file), passphrase);
  const fingerprint = fingerprintOf(privateKey);
  const own = certificates.find(({ publicKey }) => fingerprintOf(publicKey) === fingerprint);
  if (own === undefined)
    throw new ValiseError('KEY_FILE', `${file} holds no certificate of its key`, {
      remedy: 'have it exported together with the certificate',
    });
  // Both are looked for first: a key written without its certificate could not be imported again.
  for (const target of [to.key, to.certificate])
    if (existsSync(target))
      throw new ValiseError('KEY_FILE', `${target} exists already`, {
        remedy: 'name a file that does not exist yet',
      });
  writeKey(to.key, privateKey, [own], newPassphrase);
  const ordered = [own, ...certificates.filter((certificate) => certificate !== own)];
  writeNew(to.certificate, ordered[0]?.pem ?? '');
  return `${own.suite} key ${fingerprint} of ${own.subject}`;
}

export interface KeyDescription {
  readonly file: string;
  readonly format: 'PKCS#8' | 'PKCS#12';
  readonly protected: boolean;
  readonly suite: Suite;
  readonly publicKeySha256: string;
}

/** What can be shown of a key without revealing it. */
export function describeKey(file: string, passphrase: Buffer | undefined): KeyDescription {
  const key = loadPrivateKey(file, passphrase);
  const bytes = readOwnFile(file);
  const isPem = bytes.includes('-----BEGIN ');
  const description = {
    file,
    format: isPem ? 'PKCS#8' : 'PKCS#12',
    protected: !isPem || bytes.includes('ENCRYPTED'),
    suite: suiteOf(key),
    publicKeySha256: fingerprintOf(key),
  } as const;
  bytes.fill(0);
  return description;
}

/** Loads a certificate, and says which file it was that held none. */
export function certificateFrom(file: string): Certificate {
  try {
    return loadCertificate(file);
  } catch (error) {
    if (!(error instanceof ValiseError)) throw error;
    throw new ValiseError(
      error.code,
      error.message.startsWith(file) ? error.message : `${file}: ${error.message}`,
      error.code === 'KEY_FILE' ? { path: file, remedy: 'name a certificate (PEM or DER)' } : error.details,
      { cause: error },
    );
  }
}

/** Reads what is no secret. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (cause) {
    throw new ValiseError('KEY_FILE', `${file} cannot be read: ${messageOf(cause)}`, {
      remedy: 'check its name',
    });
  }
}

/** Writes what is no secret, and never over something. */
export function writeNew(file: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, text, { flag: 'wx', mode });
  } catch (cause) {
    throw new ValiseError(
      'KEY_FILE',
      `${file} cannot be written: ${messageOf(cause)}`,
      { remedy: 'name a file that does not exist yet' },
      { cause },
    );
  }
}
