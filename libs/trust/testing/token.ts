import {
  constants,
  createHash,
  generateKeyPairSync,
  privateEncrypt,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import type { Module } from '../src/pkcs11-module.js';

/**
 * A hardware module as PKCS#11 2.40 describes it, in memory: as strict as the strictest, and it can be made to fail. SoftHSM,
 * where it is installed, shows in pkcs11.spec.ts that real ones are like this.
 */
export interface FakeToken {
  readonly label: string;
  readonly pin: string;
  readonly keys: readonly { readonly label: string; readonly key: KeyObject }[];
  /** Wrong PINs until it locks. */
  readonly attempts?: number;
}

export interface FakeModule extends Module {
  /** What was called, in its order. */
  readonly calls: string[];
  /** PINs that were tried. */
  readonly pins: string[];
  readonly openSessions: number;
  /** The next calls of this name throw, one for each error. */
  fail(name: keyof Module, ...errors: Error[]): void;
  /** As if the card had been out: sessions and logins end unnoticed. */
  interrupt(): void;
}

interface State {
  readonly token: FakeToken;
  readonly found?: Buffer[];
  readonly signing?: { readonly key: KeyObject; readonly saltBytes: number | undefined };
}

export const ckr = (name: string): Error => new Error(`CKR_${name}:7`);

export function fakeModule(...tokens: readonly FakeToken[]): FakeModule {
  const sessions = new Map<string, State>();
  const loggedIn = new Set<FakeToken>();
  const wrong = new Map<FakeToken, number>();
  const failures = new Map<string, Error[]>();
  const calls: string[] = [];
  const pins: string[] = [];
  const keys = tokens.flatMap((token) => token.keys.map((one) => ({ ...one, token })));
  const handle = (number: number): Buffer => Buffer.from([number, 0, 0, 0, 0, 0, 0, 0]);
  let opened = 0;

  const called = (name: keyof Module): void => {
    calls.push(name);
    const error = failures.get(name)?.shift();
    if (error !== undefined) throw error;
  };
  const stateOf = (session: Buffer): State => {
    const state = sessions.get(session.toString('hex'));
    if (state === undefined) throw ckr('SESSION_HANDLE_INVALID');
    return state;
  };
  const change = (session: Buffer, over: Partial<State>): void => {
    sessions.set(session.toString('hex'), { ...stateOf(session), ...over });
  };

  return {
    calls,
    pins,
    get openSessions() {
      return sessions.size;
    },
    fail: (name, ...errors) => void failures.set(name, errors),
    interrupt() {
      sessions.clear();
      loggedIn.clear();
    },
    load() {
      called('load');
    },
    C_Initialize() {
      called('C_Initialize');
    },
    C_GetSlotList(tokenPresent) {
      called('C_GetSlotList');
      const slots = tokens.map((_, index) => handle(index));
      return tokenPresent ? slots : [handle(255), ...slots];
    },
    C_GetTokenInfo(slot) {
      called('C_GetTokenInfo');
      const token = tokens[slot[0] ?? 255];
      if (token === undefined) throw ckr('TOKEN_NOT_PRESENT');
      return { label: token.label.padEnd(32) };
    },
    C_OpenSession(slot, flags) {
      called('C_OpenSession');
      if (flags !== 4) throw ckr('SESSION_PARALLEL_NOT_SUPPORTED');
      const token = tokens[slot[0] ?? 255];
      if (token === undefined) throw ckr('SLOT_ID_INVALID');
      const session = handle(++opened);
      sessions.set(session.toString('hex'), { token });
      return session;
    },
    C_CloseSession(session) {
      called('C_CloseSession');
      const { token } = stateOf(session);
      sessions.delete(session.toString('hex'));
      if (![...sessions.values()].some((other) => other.token === token)) loggedIn.delete(token);
    },
    C_Login(session, userType, pin) {
      called('C_Login');
      const { token } = stateOf(session);
      if (userType !== 1) throw ckr('USER_TYPE_INVALID');
      if (loggedIn.has(token)) throw ckr('USER_ALREADY_LOGGED_IN');
      pins.push(pin);
      const count = wrong.get(token) ?? 0;
      if (count >= (token.attempts ?? 3)) throw ckr('PIN_LOCKED');
      if (pin !== token.pin) {
        wrong.set(token, count + 1);
        throw ckr('PIN_INCORRECT');
      }
      loggedIn.add(token);
    },
    C_FindObjectsInit(session, template) {
      called('C_FindObjectsInit');
      const { token, found } = stateOf(session);
      if (found !== undefined) throw ckr('OPERATION_ACTIVE');
      const asked = new Map(template.map(({ type, value }) => [type, value]));
      const fits = (one: (typeof keys)[number]): boolean =>
        one.token === token &&
        asked.get(0) === 3 &&
        (asked.get(3) ?? one.label) === one.label &&
        (asked.get(0x100) ?? typeOf(one.key)) === typeOf(one.key);
      // Private objects show only to who has logged in.
      const all = loggedIn.has(token) ? keys.filter(fits).map((one) => handle(keys.indexOf(one))) : [];
      change(session, { found: all });
    },
    C_FindObjects(session, count) {
      called('C_FindObjects');
      const { found } = stateOf(session);
      if (found === undefined) throw ckr('OPERATION_NOT_INITIALIZED');
      return found.slice(0, count);
    },
    C_FindObjectsFinal(session) {
      called('C_FindObjectsFinal');
      const { token } = stateOf(session);
      sessions.set(session.toString('hex'), { token });
    },
    C_SignInit(session, { mechanism, parameter }, key) {
      called('C_SignInit');
      const { token, found } = stateOf(session);
      if (found !== undefined) throw ckr('OPERATION_ACTIVE');
      if (!loggedIn.has(token)) throw ckr('USER_NOT_LOGGED_IN');
      const one = keys[key[0] ?? 255];
      if (one?.token !== token) throw ckr('KEY_HANDLE_INVALID');
      if (mechanism !== (typeOf(one.key) === 0 ? 0xd : 0x1041)) throw ckr('KEY_TYPE_INCONSISTENT');
      const pss = parameter as { type: number; hashAlg: number; mgf: number; saltLen: number } | undefined;
      if (typeOf(one.key) === 0 && (pss?.type !== 5 || pss.hashAlg !== 0x250 || pss.mgf !== 2))
        throw ckr('MECHANISM_PARAM_INVALID');
      change(session, { signing: { key: one.key, saltBytes: pss?.saltLen } });
    },
    C_Sign(session, data, signature) {
      called('C_Sign');
      const { token, signing } = stateOf(session);
      if (signing === undefined) throw ckr('OPERATION_NOT_INITIALIZED');
      sessions.set(session.toString('hex'), { token });
      if (data.length !== 32) throw ckr('DATA_LEN_RANGE');
      const { key, saltBytes } = signing;
      const made = saltBytes === undefined ? ecdsa(key, data) : pss(key, data, saltBytes);
      if (signature.length < made.length) throw ckr('BUFFER_TOO_SMALL');
      return made;
    },
  };
}

/** CKK_RSA or CKK_EC. */
const typeOf = (key: KeyObject): number => (key.asymmetricKeyType === 'rsa' ? 0 : 3);

/** FIPS 186-5 section 6.4.1, over a hash that is made already, as r ‖ s; the key of one use comes from OpenSSL. */
function ecdsa(key: KeyObject, digest: Buffer): Buffer {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const number = (text = ''): bigint => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);
  const once = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const r = number(once.x) % order;
  const sum = (BigInt(`0x${digest.toString('hex')}`) + r * number(key.export({ format: 'jwk' }).d)) % order;
  const s = (inverse(number(once.d), order) * sum) % order;
  return Buffer.from([r, s].map((part) => part.toString(16).padStart(64, '0')).join(''), 'hex');
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [r, next, t, nextT] = [modulus, value, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  return ((t % modulus) + modulus) % modulus;
}

/** RFC 8017 sections 8.1.1 and 9.1.1 over a hash that is made already, for a modulus of whole bytes. */
function pss(key: KeyObject, digest: Buffer, saltBytes: number): Buffer {
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const sha256 = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  const salt = randomBytes(saltBytes);
  const hashed = sha256(Buffer.alloc(8), digest, salt);
  const block = Buffer.concat([Buffer.alloc(size - saltBytes - 34), Buffer.from([1]), salt]);
  for (let counter = 0; counter * 32 < block.length; counter++) {
    const mask = sha256(hashed, Buffer.from([0, 0, 0, counter]));
    for (let index = counter * 32; index < Math.min(block.length, counter * 32 + 32); index++)
      block[index] = (block[index] ?? 0) ^ (mask[index % 32] ?? 0);
  }
  block[0] = (block[0] ?? 0) & 0x7f;
  const encoded = Buffer.concat([block, hashed, Buffer.from([0xbc])]);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}
