import { constants, generateKeyPairSync, verify } from 'node:crypto';
import { RSA_PAIRS } from '../testing/published-keys.js';
import { ckr, fakeModule, type FakeModule, type FakeToken } from '../testing/token.js';
import { moduleOf } from './pkcs11-module.js';
import { openToken, type TokenOptions } from './pkcs11.js';
import type { Suite } from './public-keys.js';

const PIN = '48151623';
const DATA = Buffer.from('protected.payload');
const pairs = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RSA: RSA_PAIRS[0],
};
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const TOKEN: FakeToken = {
  label: 'valise',
  pin: PIN,
  keys: [
    { label: 'seal', key: pairs.RSA.privateKey },
    { label: 'seal', key: pairs['P-256'].privateKey },
    { label: 'other', key: other },
    { label: 'twice', key: other },
    { label: 'twice', key: pairs['P-256'].privateKey },
  ],
};

let libraries = 0;
/** Every test has a library of its own: what a token refused is remembered for the whole process. */
function tokenIn(module: FakeModule, over: Partial<TokenOptions> & { suite?: Suite } = {}) {
  const { suite = 'P-256', ...more } = over;
  const certificate = { publicKey: pairs[suite].publicKey, suite, subject: 'CN=Seal' };
  const library = `library ${libraries++}`;
  return openToken({ library, token: 'valise', pin: PIN, label: 'seal', certificate, ...more }, module);
}
const thrown = (code: string, message: RegExp, remedy: RegExp): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(message) as unknown,
    details: expect.objectContaining({ remedy: expect.stringMatching(remedy) as unknown }) as unknown,
  });
const count = (module: FakeModule, name: string): number =>
  module.calls.filter((call) => call === name).length;

function isSigned(suite: Suite, signature: Buffer): boolean {
  const key =
    suite === 'P-256'
      ? { key: pairs[suite].publicKey, dsaEncoding: 'ieee-p1363' as const }
      : { key: pairs[suite].publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return verify('sha256', DATA, key, signature);
}

describe.each(['P-256', 'RSA'] as const)('a key of %s in a token', (suite) => {
  it('signs as JOSE requires, in one session until it is closed', () => {
    const module = fakeModule({ ...TOKEN, label: 'another' }, TOKEN);
    const token = tokenIn(module, { suite });
    expect(token).toMatchObject({ suite, publicKey: pairs[suite].publicKey });
    for (let time = 0; time < 3; time++) expect(isSigned(suite, token.sign(DATA))).toBe(true);
    expect([module.openSessions, count(module, 'C_OpenSession'), module.pins]).toEqual([1, 1, [PIN]]);
    token.close();
    token.close();
    expect([module.openSessions, count(module, 'C_CloseSession')]).toEqual([0, 1]);
    expect(isSigned(suite, token.sign(DATA))).toBe(true);
  });
});

describe('a session with a token', () => {
  it('is opened beside another’s login', () => {
    const module = fakeModule(TOKEN);
    const tokens = [tokenIn(module), tokenIn(module, { suite: 'RSA' })];
    expect(tokens.map((token) => isSigned(token.suite, token.sign(DATA)))).toEqual([true, true]);
    expect(module.pins).toEqual([PIN]);
  });

  it('that ended is opened again, once a signature', () => {
    const module = fakeModule(TOKEN);
    const token = tokenIn(module);
    module.interrupt();
    expect(isSigned('P-256', token.sign(DATA))).toBe(true);
    for (const name of [
      'SESSION_HANDLE_INVALID',
      'SESSION_CLOSED',
      'USER_NOT_LOGGED_IN',
      'KEY_HANDLE_INVALID',
    ]) {
      module.fail('C_SignInit', ckr(name));
      expect(isSigned('P-256', token.sign(DATA))).toBe(true);
      expect(module.openSessions).toBe(1);
    }
    const opened = count(module, 'C_OpenSession');
    const unavailable = thrown(
      'SERVICE_UNAVAILABLE',
      /valise does not sign: CKR_SESSION_CLOSED/,
      /is connected/,
    );
    module.fail('C_Sign', ckr('SESSION_CLOSED'), ckr('SESSION_CLOSED'));
    expect(() => token.sign(DATA)).toThrow(unavailable);
    expect(count(module, 'C_OpenSession')).toBe(opened + 1);
  });

  it('is not opened again for what another session does not fix', () => {
    const module = fakeModule(TOKEN);
    const token = tokenIn(module);
    const opened = count(module, 'C_OpenSession');
    for (const name of ['DEVICE_ERROR', 'FUNCTION_FAILED', 'ARGUMENTS_BAD']) {
      module.fail('C_Sign', ckr(name));
      expect(() => token.sign(DATA)).toThrow(
        thrown('SERVICE_UNAVAILABLE', new RegExp(`CKR_${name}`), /is connected and unlocked/),
      );
    }
    expect(count(module, 'C_OpenSession')).toBe(opened);
    module.interrupt();
    module.fail('C_CloseSession', new Error('a fault of the library'));
    expect(() => token.sign(DATA)).toThrow(
      thrown('SERVICE_UNAVAILABLE', /a fault of the library/, /connected/),
    );
  });

  it('is not left open where the key is not the one', () => {
    const module = fakeModule(TOKEN);
    expect(() => tokenIn(module, { label: 'other' })).toThrow(
      thrown('KEY_FILE', /^the key other is not that of the certificate CN=Seal$/, /this certificate/),
    );
    expect(() => tokenIn(module, { label: 'absent' })).toThrow(
      thrown('KEY_FILE', /token valise has no P-256 keys absent/, /label of its own/),
    );
    expect(() => tokenIn(module, { label: 'twice' })).toThrow(
      thrown('KEY_FILE', /token valise has several P-256 keys twice/, /label of its own/),
    );
    expect(() => tokenIn(module, { suite: 'RSA', label: 'twice' })).toThrow(
      thrown('KEY_FILE', /has no RSA keys twice/, /label of its own/),
    );
    expect(() => tokenIn(module, { token: 'vali' })).toThrow(
      thrown('KEY_FILE', /there is no token vali$/, /its label/),
    );
    module.fail('C_Sign', ckr('DEVICE_ERROR'));
    expect(() => tokenIn(module)).toThrow(thrown('SERVICE_UNAVAILABLE', /DEVICE_ERROR/, /connected/));
    module.fail('C_FindObjects', ckr('DEVICE_ERROR'));
    expect(() => tokenIn(module)).toThrow('CKR_DEVICE_ERROR');
    expect(count(module, 'C_FindObjectsInit')).toBe(count(module, 'C_FindObjectsFinal'));
    expect(module.openSessions).toBe(0);
  });
});

describe('the PIN of a token', () => {
  it('that is wrong is tried once in a process', () => {
    const module = fakeModule(TOKEN);
    const options = { library: 'a library whose token refuses', pin: '0000' };
    const refused = thrown(
      'KEY_PASSPHRASE',
      /valise does not accept the PIN \(CKR_PIN_INCORRECT/,
      /right PIN/,
    );
    for (let time = 0; time < 3; time++) expect(() => tokenIn(module, options)).toThrow(refused);
    expect(() => tokenIn(module, { ...options, pin: PIN })).toThrow(refused);
    expect([module.pins, module.openSessions]).toEqual([['0000'], 0]);
    const second = fakeModule({ ...TOKEN, label: 'second' });
    expect(tokenIn(second, { ...options, token: 'second', pin: PIN }).suite).toBe('P-256');
  });

  it('is told of in a signature that finds it changed', () => {
    const token = { ...TOKEN };
    const module = fakeModule(token);
    const opened = tokenIn(module);
    Object.assign(token, { pin: 'changed' });
    module.interrupt();
    for (let time = 0; time < 2; time++)
      expect(() => opened.sign(DATA)).toThrow(
        thrown('SERVICE_UNAVAILABLE', /CKR_PIN_INCORRECT/, /right PIN/),
      );
    expect(module.pins).toEqual([PIN, PIN]);
  });

  it('that locked the token is for its officer', () => {
    const module = fakeModule({ ...TOKEN, attempts: 0 });
    expect(() => tokenIn(module)).toThrow(
      thrown('KEY_PASSPHRASE', /CKR_PIN_LOCKED/, /security officer unlock/),
    );
  });

  it('is tried again where the connection was what failed', () => {
    const module = fakeModule(TOKEN);
    const library = 'a library with a loose connection';
    module.fail('C_Login', ckr('DEVICE_REMOVED'));
    expect(() => tokenIn(module, { library })).toThrow(
      thrown('KEY_PASSPHRASE', /DEVICE_REMOVED/, /right PIN/),
    );
    expect(tokenIn(module, { library }).suite).toBe('P-256');
  });
});

describe('a library', () => {
  const load = (library: string, module: FakeModule) => moduleOf(library, () => module);

  it('is loaded and initialised once', () => {
    const module = fakeModule(TOKEN);
    expect([load('once', module), load('once', fakeModule())]).toEqual([module, module]);
    expect(module.calls).toEqual(['load', 'C_Initialize']);
    const second = fakeModule();
    second.fail('C_Initialize', ckr('CRYPTOKI_ALREADY_INITIALIZED'));
    expect(load('second', second)).toBe(second);
  });

  it.each(['load', 'C_Initialize'] as const)('that fails at %s is named, and may be tried again', (step) => {
    const module = fakeModule();
    module.fail(step, ckr('GENERAL_ERROR'));
    expect(() => load(step, module)).toThrow(
      expect.objectContaining({
        code: 'CONFIGURATION',
        message: expect.stringMatching(`library ${step} cannot be loaded: CKR_GENERAL_ERROR`) as unknown,
        details: { path: step, remedy: expect.stringMatching(/vendor/) as unknown },
        cause: expect.any(Error) as unknown,
      }),
    );
    expect(load(step, module)).toBe(module);
  });

  it('needs pkcs11js', () => {
    const cause = new Error('Cannot find module');
    const absent = () => {
      throw cause;
    };
    expect(() => moduleOf('any', absent)).toThrow(
      thrown('CONFIGURATION', /pkcs11js is not installed/, /compiler/),
    );
    expect(() => moduleOf('any', absent)).toThrow(expect.objectContaining({ cause }));
  });
});
