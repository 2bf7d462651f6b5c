import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  destroyPrivateKey,
  exportPkcs12,
  loadCertificate,
  loadPrivateKey,
  protectPrivateKey,
  readOwnFile,
  writePrivateKey,
} from './index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'valise-own-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;
const pathOf = (name: string): string => join(folder, name);
function own(name: string, content: string | Uint8Array): string {
  const file = pathOf(name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}
const refused = (code: string, file: string, remedy: RegExp, message = /./): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(message) as unknown,
    details: { path: file, remedy: expect.stringMatching(remedy) as unknown },
  });
/** With few rounds, for speed. */
const lock = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'words' }) as string;
const isOurs = (key: KeyObject): boolean => pemOf(key) === pemOf(privateKey);

describe('a private key in a file', () => {
  it('is read as PEM or PKCS#12, with its passphrase where it has one', () => {
    expect(isOurs(loadPrivateKey(own('plain', pemOf(privateKey))))).toBe(true);
    // One that nobody asks for does no harm.
    expect(isOurs(loadPrivateKey(pathOf('plain'), 'words'))).toBe(true);
    const locked = own('locked', lock(privateKey));
    for (const words of ['words', Buffer.from('words')])
      expect(isOurs(loadPrivateKey(locked, words))).toBe(true);
    const p12 = own('p12', exportPkcs12({ privateKey, certificates: [] }, 'words'));
    expect(isOurs(loadPrivateKey(p12, 'words'))).toBe(true);
    expect(() => loadPrivateKey(locked, 'Words')).toThrow(
      refused('KEY_PASSPHRASE', locked, /right passphrase/, /wrong/),
    );
    for (const file of [locked, p12])
      for (const none of [undefined, '', Buffer.alloc(0)])
        expect(() => loadPrivateKey(file, none)).toThrow(
          refused('KEY_PASSPHRASE', file, /give the passphrase/, /is protected by a passphrase/),
        );
  });

  it.each([
    ['text', 'no key'],
    ['nothing', ''],
    ['a broken key', pemOf(privateKey).replace(/\n.{20}/, '\n!')],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'],
  ])('is not %s', (name, content) => {
    const file = own(`not ${name}`, content);
    expect(() => loadPrivateKey(file)).toThrow(
      refused('KEY_FILE', file, /PKCS#8 PEM or PKCS#12/, /it holds no private key/),
    );
  });

  it('is of our suites', () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    const [plain, locked] = [own('ed', pemOf(other)), own('ed locked', lock(other))];
    for (const file of [plain, locked])
      expect(() => loadPrivateKey(file, 'words')).toThrow(
        refused('KEY_FILE', file, /PKCS#8 PEM/, /its key is of no supported kind \(.*P-256/),
      );
  });

  it('that is refused keeps the reason of the reader below as the cause', () => {
    const because = (cause: object): unknown =>
      expect.objectContaining({ cause: expect.objectContaining(cause) as unknown });
    const locked = own('locked for a cause', lock(privateKey));
    expect(() => loadPrivateKey(locked, 'Words')).toThrow(because({ name: 'Error' }));
    expect(() => loadPrivateKey(pathOf('absent'))).toThrow(because({ code: 'ENOENT' }));
  });

  it('under a passphrase is PEM with lines of 64, which others read', () => {
    const pem = protectPrivateKey(privateKey, 'Пароль');
    expect(pem).toMatch(
      /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END ENCRYPTED PRIVATE KEY-----\n$/,
    );
    expect(isOurs(createPrivateKey({ key: pem, passphrase: 'Пароль' }))).toBe(true);
  });
});

describe('a file of its owner', () => {
  it('is read up to 64 KiB, and whole', () => {
    const file = own('large', Buffer.alloc(65_536, 7));
    expect(readOwnFile(file)).toEqual(Buffer.alloc(65_536, 7));
    own('large', Buffer.alloc(65_537));
    expect(() => readOwnFile(file)).toThrow(refused('KEY_FILE', file, /readable by this process/, /larger/));
  });

  it.each([0o600, 0o400])('may have mode %o', (mode) => {
    const file = own(`may ${mode}`, 'x');
    chmodSync(file, mode);
    expect(readOwnFile(file).toString()).toBe('x');
  });

  it.each([0o601, 0o602, 0o604, 0o610, 0o620, 0o640, 0o700])('may not have mode %o', (mode) => {
    const file = own(`not ${mode}`, 'x');
    chmodSync(file, mode);
    expect(() => readOwnFile(file)).toThrow(
      refused('KEY_PERMISSIONS', file, /^chmod 600 /, new RegExp(`has mode ${mode.toString(8)}$`)),
    );
  });

  it('that cannot be opened is told with its path', () => {
    const file = pathOf('absent');
    expect(() => readOwnFile(file)).toThrow(refused('KEY_FILE', file, /PKCS#8 PEM/, /cannot be opened/));
    expect(() => loadCertificate(file)).toThrow(
      refused('KEY_FILE', file, /name a certificate \(PEM or DER\)/, /cannot be read/),
    );
    expect(() => {
      destroyPrivateKey(file);
    }).toThrow(refused('KEY_FILE', file, /PKCS#8 PEM/, /could not be destroyed/));
  });

  it('is written with mode 600 whatever the umask, and never over another', () => {
    const before = process.umask(0o777);
    try {
      writePrivateKey(pathOf('narrow'), 'x');
    } finally {
      process.umask(before);
    }
    expect(statSync(pathOf('narrow')).mode & 0o777).toBe(0o600);
    const write = (file: string) => () => {
      writePrivateKey(file, 'y');
    };
    const [narrow, below] = [pathOf('narrow'), pathOf('narrow/key')];
    expect(write(narrow)).toThrow(refused('KEY_FILE', narrow, /does not exist yet/, /exists already/));
    expect(readFileSync(narrow, 'utf8')).toBe('x');
    const lost = pathOf('lost/key');
    expect(write(lost)).toThrow(refused('KEY_FILE', lost, /make the folder first/, /folder is missing/));
    expect(write(below)).toThrow(refused('KEY_FILE', below, /may write/, /cannot be written/));
  });

  it('is closed again, also where something failed', () => {
    const file = own('closed', Buffer.alloc(70_000));
    const open = () => readdirSync('/dev/fd').length;
    const before = open();
    writePrivateKey(pathOf('opened'), 'x');
    readOwnFile(pathOf('opened'));
    expect(() => readOwnFile(file)).toThrow('larger');
    destroyPrivateKey(pathOf('opened'));
    expect(open()).toBe(before);
  });
});
