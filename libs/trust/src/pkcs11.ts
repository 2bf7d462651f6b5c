import { hash, verify, constants as openssl } from 'node:crypto';
import { messageOf, ValiseError } from '#core';
import type { Certificate } from './certificates.js';
import { ignoring, moduleOf, type Module } from './pkcs11-module.js';
import type { Suite } from './public-keys.js';
import { PSS_SALT_BYTES, type Signer } from './signer.js';

/** A key in a hardware module, and the session that it is used through. */
export interface Token extends Signer {
  /** Ends the session. The module itself stays open, for other keys of this process. */
  close(): void;
}

export interface TokenOptions {
  /** The vendor's PKCS#11 library, for example /usr/lib/softhsm/libsofthsm2.so. */
  readonly library: string;
  /** The token's label. */
  readonly token: string;
  /** The user PIN. From a file or the environment, never from the command line. */
  readonly pin: string;
  /** The private key's label (CKA_LABEL). */
  readonly label: string;
  /** The certificate that the key must belong to: found out by signing, for modules keep public keys in many ways. */
  readonly certificate: Pick<Certificate, 'publicKey' | 'suite' | 'subject'>;
}

/** Numbers of PKCS#11 2.40. */
const CKF_SERIAL_SESSION = 4;
const CKU_USER = 1;
const CKA_CLASS = 0;
const CKA_LABEL = 3;
const CKA_KEY_TYPE = 0x100;
const CKO_PRIVATE_KEY = 3;
const CKK: Readonly<Record<Suite, number>> = { 'P-256': 3, RSA: 0 };
const CKM_ECDSA = 0x1041;
const CKM_RSA_PKCS_PSS = 0xd;
const CKM_SHA256 = 0x250;
const CKG_MGF1_SHA256 = 2;
/** pkcs11js: the parameter is CK_RSA_PKCS_PSS_PARAMS. */
const PARAMS_RSA_PSS = 5;
/** The hash is made here, so that both suites hand the module 32 bytes. */
const MECHANISMS: Readonly<Record<Suite, { mechanism: number; parameter?: unknown }>> = {
  'P-256': { mechanism: CKM_ECDSA },
  RSA: {
    mechanism: CKM_RSA_PKCS_PSS,
    parameter: { type: PARAMS_RSA_PSS, hashAlg: CKM_SHA256, mgf: CKG_MGF1_SHA256, saltLen: PSS_SALT_BYTES },
  },
};
/** r ‖ s, or RSA of up to 8192 bits. */
const SIGNATURE_BYTES_MAX = 1024;
/** A session that ended (the module restarted, the card was out) is opened again, once a signature. */
const SESSION_ENDED = /CKR_(SESSION_HANDLE_INVALID|SESSION_CLOSED|USER_NOT_LOGGED_IN|KEY_HANDLE_INVALID)/;

/** The PIN itself, and not the connection, is what is wrong. */
const PIN_REFUSED = 'CKR_PIN_';

/** Tokens that refused the PIN, by library and label. Another attempt only brings them closer to locking. */
const refusals = new Map<string, ValiseError>();

interface Session {
  readonly session: Buffer;
  readonly key: Buffer;
}

/**
 * Opens a private key in a hardware module (PKCS#11), to sign with. It never leaves the module.
 *
 * @throws ValiseError CONFIGURATION (pkcs11js or the library is absent), KEY_FILE (no such token or key, not the
 *   certificate's key), KEY_PASSPHRASE (wrong PIN)
 */
export function openToken(options: TokenOptions, module: Module = moduleOf(options.library)): Token {
  const { suite, publicKey } = options.certificate;
  let held: Session | undefined = openSession(module, options);
  const end = (): void => {
    const ended = held;
    // Forgotten at once: modules may give the same number to the next session, which is another key's.
    held = undefined;
    if (ended !== undefined) module.C_CloseSession(ended.session);
  };
  const signOnce = (digest: Buffer): Buffer => {
    held ??= openSession(module, options);
    module.C_SignInit(held.session, MECHANISMS[suite], held.key);
    return module.C_Sign(held.session, digest, Buffer.alloc(SIGNATURE_BYTES_MAX));
  };
  const token: Token = {
    suite,
    publicKey,
    sign(data) {
      const digest = hash('sha256', data, 'buffer');
      try {
        return signOnce(digest);
      } catch (error) {
        if (!SESSION_ENDED.test(messageOf(error))) throw unavailable(options, error);
      }
      try {
        ignoring(/CKR_/, end);
        return signOnce(digest);
      } catch (error) {
        throw unavailable(options, error);
      }
    },
    close: end,
  };
  try {
    requireKeyOf(token, options);
  } catch (error) {
    ignoring(/CKR_/, end);
    throw error;
  }
  return token;
}

function requireKeyOf(token: Signer, { label, certificate }: TokenOptions): void {
  if (isKeyOf(token)) return;
  throw new ValiseError(
    'KEY_FILE',
    `the key ${label} is not that of the certificate ${certificate.subject}`,
    {
      remedy: 'name the label of the key that this certificate was issued for',
    },
  );
}

function isKeyOf(token: Signer): boolean {
  const challenge = Buffer.from('valise key check');
  const key =
    token.suite === 'P-256'
      ? { key: token.publicKey, dsaEncoding: 'ieee-p1363' as const }
      : { key: token.publicKey, padding: openssl.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT_BYTES };
  return verify('sha256', challenge, key, token.sign(challenge));
}

function openSession(module: Module, options: TokenOptions): Session {
  const slot = module
    .C_GetSlotList(true)
    .find((candidate) => module.C_GetTokenInfo(candidate).label.trim() === options.token);
  if (slot === undefined)
    throw new ValiseError('KEY_FILE', `there is no token ${options.token}`, {
      remedy: 'check its label, and that the module is connected',
    });
  const session = module.C_OpenSession(slot, CKF_SERIAL_SESSION);
  try {
    login(module, session, options);
    return { session, key: findKey(module, session, options) };
  } catch (error) {
    module.C_CloseSession(session);
    throw error;
  }
}

function login(module: Module, session: Buffer, options: TokenOptions): void {
  const { library, token } = options;
  const name = JSON.stringify([library, token]);
  const refusal = refusals.get(name);
  if (refusal !== undefined) throw refusal;
  try {
    // One login is the whole process's: the second key of a token finds it done.
    ignoring(/CKR_USER_ALREADY_LOGGED_IN/, () => {
      module.C_Login(session, CKU_USER, options.pin);
    });
  } catch (cause) {
    const message = messageOf(cause);
    const refused = new ValiseError(
      'KEY_PASSPHRASE',
      `the token ${token} does not accept the PIN (${message})`,
      {
        remedy: message.includes('LOCKED')
          ? 'have the token’s security officer unlock it, and start again'
          : 'give the right PIN and start again: most tokens lock after a few wrong ones',
      },
      { cause },
    );
    if (message.includes(PIN_REFUSED)) refusals.set(name, refused);
    throw refused;
  }
}

function findKey(module: Module, session: Buffer, { label, token, certificate }: TokenOptions): Buffer {
  module.C_FindObjectsInit(session, [
    { type: CKA_CLASS, value: CKO_PRIVATE_KEY },
    { type: CKA_KEY_TYPE, value: CKK[certificate.suite] },
    { type: CKA_LABEL, value: label },
  ]);
  let found: Buffer[];
  try {
    found = module.C_FindObjects(session, 2);
  } finally {
    module.C_FindObjectsFinal(session);
  }
  const [key] = found;
  if (key === undefined || found.length > 1)
    throw new ValiseError(
      'KEY_FILE',
      `the token ${token} has ${key === undefined ? 'no' : 'several'} ${certificate.suite} keys ${label}`,
      { remedy: 'give each key a label of its own, and name it' },
    );
  return key;
}

function unavailable({ token }: TokenOptions, cause: unknown): ValiseError {
  const told = cause instanceof ValiseError ? cause.details.remedy : undefined;
  return new ValiseError(
    'SERVICE_UNAVAILABLE',
    `the token ${token} does not sign: ${messageOf(cause)}`,
    { remedy: told ?? 'see that the hardware module is connected and unlocked' },
    { cause },
  );
}
