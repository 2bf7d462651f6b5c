import { randomFillSync, type KeyObject } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { messageOf, ValiseError } from '#core';
import { parseCertificate, type Certificate } from './certificates.js';
import { pemOf } from './pem.js';
import { shroud } from './pkcs12-write.js';
import { importPkcs12, type Passphrase } from './pkcs12.js';
import { privateKeyOf } from './public-keys.js';

const KEY_FILE_BYTES_MAX = 65_536;
/** What PKCS#12 begins with. */
const DER_SEQUENCE = 0x30;

/**
 * Reads a private key: PEM PKCS#8 (plain or encrypted) or PKCS#12.
 *
 * @param passphrase required by an encrypted key and by PKCS#12; bytes can be overwritten by the caller, text cannot
 * @throws ValiseError KEY_FILE (missing, unreadable, no key of our suites), KEY_PERMISSIONS (others may read it),
 *   KEY_PASSPHRASE (absent or wrong); `details.remedy` says what to do
 */
export function loadPrivateKey(file: string, passphrase?: Passphrase): KeyObject {
  const bytes = readOwnFile(file);
  try {
    if (bytes.includes('-----BEGIN ')) return fromPem(file, bytes, passphrase);
    if (bytes[0] !== DER_SEQUENCE) throw keyFile(file, 'it holds no private key');
    return importPkcs12(bytes, required(file, passphrase)).privateKey;
  } finally {
    bytes.fill(0);
  }
}

/** @throws ValiseError KEY_FILE or CERTIFICATE_FORMAT */
export function loadCertificate(file: string): Certificate {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw keyFile(file, 'it cannot be read', error, 'name a certificate (PEM or DER)');
  }
  return parseCertificate(bytes.includes('-----BEGIN ') ? bytes.toString() : bytes);
}

/** Writes a key that only its owner may read; an existing file is never overwritten, because keys are not made twice. */
export function writePrivateKey(file: string, pem: string | Uint8Array): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw keyFile(file, 'it exists already', error, 'name a file that does not exist yet');
    if (code === 'ENOENT') throw keyFile(file, 'its folder is missing', error, 'make the folder first');
    throw keyFile(file, 'it cannot be written', error, 'name a file in a folder that this process may write');
  }
  try {
    // The mode at opening is narrowed by the umask and never widened; this sets it whatever the umask.
    fchmodSync(descriptor, 0o600);
    writeFileSync(descriptor, pem);
  } finally {
    closeSync(descriptor);
  }
}

/** PKCS#8 in PEM under a passphrase: PBES2 with AES-256-CBC and PBKDF2 over HMAC-SHA-256. */
export function protectPrivateKey(key: KeyObject, passphrase: Passphrase): string {
  return pemOf('ENCRYPTED PRIVATE KEY', shroud(key, passphrase));
}

/**
 * Overwrites a key file with random bytes and removes it. Copies in snapshots and backups are out of reach from here.
 *
 * @throws ValiseError KEY_FILE
 */
export function destroyPrivateKey(file: string): void {
  try {
    const descriptor = openSync(file, 'r+');
    try {
      const noise = randomFillSync(Buffer.alloc(fstatSync(descriptor).size));
      writeSync(descriptor, noise, 0, noise.length, 0);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    unlinkSync(file);
  } catch (error) {
    throw keyFile(file, 'it could not be destroyed', error);
  }
}

/**
 * The bytes of a file that only its owner may read: a key, a passphrase, a PIN.
 *
 * @throws ValiseError KEY_FILE, KEY_PERMISSIONS
 */
export function readOwnFile(file: string): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    throw keyFile(file, 'it cannot be opened', error);
  }
  try {
    // Of the opened file, so that it cannot be exchanged between the check and the reading.
    const { mode, size } = fstatSync(descriptor);
    if ((mode & 0o177) !== 0)
      throw new ValiseError('KEY_PERMISSIONS', `${file} has mode ${(mode & 0o777).toString(8)}`, {
        path: file,
        remedy: `chmod 600 ${file}`,
      });
    if (size > KEY_FILE_BYTES_MAX) throw keyFile(file, 'it is larger than any key file');
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function fromPem(file: string, key: Buffer, passphrase: Passphrase | undefined): KeyObject {
  const isEncrypted = key.includes('ENCRYPTED');
  const options = isEncrypted ? { passphrase: required(file, passphrase) } : {};
  try {
    return privateKeyOf({ key, format: 'pem', ...options });
  } catch (error) {
    if (error instanceof ValiseError)
      throw keyFile(file, `its key is of no supported kind (${messageOf(error)})`, error);
    throw isEncrypted ? wrongPassphrase(file, error) : keyFile(file, 'it holds no private key', error);
  }
}

function required(file: string, passphrase: Passphrase | undefined): Passphrase {
  if (passphrase === undefined || passphrase.length === 0)
    throw new ValiseError('KEY_PASSPHRASE', `${file} is protected by a passphrase`, {
      path: file,
      remedy: 'give the passphrase of the key file',
    });
  return passphrase;
}

function wrongPassphrase(file: string, cause: unknown): ValiseError {
  return new ValiseError(
    'KEY_PASSPHRASE',
    `the passphrase of ${file} is wrong`,
    { path: file, remedy: 'give the right passphrase of the key file' },
    { cause },
  );
}

function keyFile(
  file: string,
  what: string,
  cause?: unknown,
  remedy = 'name a file with a PKCS#8 PEM or PKCS#12 private key, readable by this process',
): ValiseError {
  return new ValiseError('KEY_FILE', `${file}: ${what}`, { path: file, remedy }, { cause });
}
