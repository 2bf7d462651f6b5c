import { hash, verify, constants as openssl } from 'node:crypto';
import { createRequire } from 'node:module';
import { messageOf, ValiseError } from '#core';
import type { Certificate } from './certificates.js';
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

/** What is used of pkcs11js, which is an optional dependency and so may be absent, with its types. */
interface Module {
  load(library: string): void;
  C_Initialize(): void;
  C_GetSlotList(tokenPresent: boolean): Buffer[];
  C_GetTokenInfo(slot: Buffer): { label: string };
  C_OpenSession(slot: Buffer, flags: number): Buffer;
  C_CloseSession(session: Buffer): void;
  C_Login(session: Buffer, userType: number, pin: string): void;
  C_FindObjectsInit(session: Buffer, template: { type: number; value: number | string }[]): void;
  C_FindObjects(session: Buffer, count: number): Buffer[];
  C_FindObjectsFinal(session: Buffer): void;
  C_SignInit(session: Buffer, mechanism: { mechanism: number; parameter?: unknown }, key: Buffer): void;
  C_Sign(session: Buffer, data: Buffer, signature: Buffer): Buffer;
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
const ALREADY = /CKR_(CRYPTOKI_ALREADY_INITIALIZED|USER_ALREADY_LOGGED_IN)/;

/** The PIN itself, and not the connection, is what is wrong. */
const PIN_REFUSED = 'CKR_PIN_';

/** A library is initialised once a process. */
const modules = new Map<string, Module>();
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
export function openToken(options: TokenOptions): Token {
  const module = moduleOf(options.library);
  const { suite, publicKey, subject } = options.certificate;
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
        if (held === undefined || !SESSION_ENDED.test(messageOf(error))) throw unavailable(options, error);
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
  if (!isKeyOf(token)) {
    token.close();
    throw new ValiseError('KEY_FILE', `the key ${options.label} is not that of the certificate ${subject}`, {
      remedy: 'name the label of the key that this certificate was issued for',
    });
  }
  return token;
}

function isKeyOf(token: Signer): boolean {
  const challenge = Buffer.from('valise key check');
  const key =
    token.suite === 'P-256'
      ? { key: token.publicKey, dsaEncoding: 'ieee-p1363' as const }
      : { key: token.publicKey, padding: openssl.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT_BYTES };
  return verify('sha256', challenge, key, token.sign(challenge));
}

function moduleOf(library: string): Module {
  const known = modules.get(library);
  if (known !== undefined) return known;
  let module: Module;
  try {
    const { PKCS11 } = createRequire(import.meta.url)('pkcs11js') as { PKCS11: new () => Module };
    module = new PKCS11();
  } catch (cause) {
    throw new ValiseError(
      'CONFIGURATION',
      'hardware modules cannot be used: the package pkcs11js is not installed',
      { remedy: 'install a C++ compiler, make and Python, then run npm ci again' },
      { cause },
    );
  }
  try {
    module.load(library);
    ignoring(ALREADY, () => {
      module.C_Initialize();
    });
  } catch (cause) {
    throw new ValiseError(
      'CONFIGURATION',
      `the PKCS#11 library ${library} cannot be loaded: ${messageOf(cause)}`,
      { path: library, remedy: 'name the library that the module’s vendor installed' },
      { cause },
    );
  }
  modules.set(library, module);
  return module;
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
    ignoring(ALREADY, () => {
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

function ignoring(expected: RegExp, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!expected.test(messageOf(error))) throw error;
  }
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
