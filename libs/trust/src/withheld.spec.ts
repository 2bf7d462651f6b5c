import { inspect } from 'node:util';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOT_AFTER, NOT_BEFORE } from '../testing/chains.js';
import {
  createRequest,
  createRoot,
  exportPkcs12,
  generateKey,
  importPkcs12,
  issueCertificate,
  loadPrivateKey,
  protectPrivateKey,
  destroyPrivateKey,
  writePrivateKey,
} from './index.js';
import { wiping } from './withheld.js';

const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };
const PASSPHRASE = 'correct horse battery';

/** How a careless log line shows a value. */
const logged = (value: unknown): string =>
  [
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)),
    value instanceof Error ? `${value.stack ?? ''} ${inspect(value.cause)}` : '',
    String(value),
  ].join('\n');

/** The private numbers, in the ways in which they could be written. */
function secretsOf(pem: string): string[] {
  const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
  const bytes = Buffer.from(d, 'base64url');
  return [d, bytes.toString('hex'), bytes.toString('base64').slice(0, 30), 'PRIVATE KEY', PASSPHRASE];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'valise-withheld-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('private keys', () => {
  it('do not show in whatever carries them', async () => {
    const pair = await generateKey('P-256');
    const root = await createRoot({ name: 'Root', suite: 'P-256', ...validity });
    const subject = { name: 'Leaf', authority: 'kz-knb' };
    const leaf = await issueCertificate({ issuer: root, role: 'seal', subject, ...validity });
    const asked = await createRequest({ subject, authority: 'kz-knb', role: 'seal' });
    const p12 = exportPkcs12(
      { privateKey: createPrivateKey(root.privateKeyPem), certificates: [root.certificate] },
      PASSPHRASE,
    );
    const opened = importPkcs12(p12, PASSPHRASE);
    for (const [holder, pem] of [
      [pair, pair.privateKeyPem],
      [root, root.privateKeyPem],
      [leaf, leaf.privateKeyPem ?? ''],
      [asked, asked.privateKeyPem ?? ''],
      [opened, root.privateKeyPem],
      [opened.privateKey, root.privateKeyPem],
    ] as const) {
      expect(pem).toContain('PRIVATE KEY');
      for (const secret of secretsOf(pem)) expect(logged(holder)).not.toContain(secret);
      expect(logged({ nested: [holder] })).not.toContain('PRIVATE KEY');
    }
    expect(logged(pair)).toContain('[withheld]');
  });

  it('do not show in what is thrown about them', async () => {
    const { privateKey, privateKeyPem } = await generateKey('P-256');
    const root = await createRoot({ name: 'Root', suite: 'P-256', ...validity });
    const foreign = { certificate: root.certificate, privateKeyPem };
    const file = (name: string, content: string | Buffer): string => {
      const path = join(folder, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    };
    const p12 = exportPkcs12({ privateKey, certificates: [] }, PASSPHRASE);
    const altered = Buffer.from(p12);
    altered[60] = (altered[60] ?? 0) ^ 1;
    const broken = privateKeyPem.replace(/\n(.{20})/, '\n$1!');
    const attempts: (() => unknown)[] = [
      () => loadPrivateKey(file('broken.pem', broken)),
      () => loadPrivateKey(file('cut.pem', privateKeyPem.slice(0, 100)), PASSPHRASE),
      () => loadPrivateKey(file('locked.pem', protectPrivateKey(privateKey, 'another')), PASSPHRASE),
      () => importPkcs12(altered, PASSPHRASE),
      () => importPkcs12(p12, 'wrong'),
      () => importPkcs12(p12.subarray(0, 80), PASSPHRASE),
      () => exportPkcs12({ privateKey, certificates: [root.certificate] }, PASSPHRASE),
      () => {
        writePrivateKey(join(folder, 'nowhere', 'key.pem'), privateKeyPem);
      },
      () =>
        issueCertificate({
          issuer: foreign,
          role: 'seal',
          subject: { name: 'Leaf', authority: 'kz-knb' },
          ...validity,
        }),
    ];
    for (const attempt of attempts) {
      const thrown: unknown = await Promise.resolve()
        .then(attempt)
        .then(() => undefined)
        .catch((error: unknown) => error);
      expect(thrown).toMatchObject({ name: 'ValiseError' });
      for (const secret of secretsOf(privateKeyPem)) expect(logged(thrown)).not.toContain(secret);
    }
  });

  it('are overwritten in memory when they have been used, also after a failure', async () => {
    const used = Buffer.from('secret');
    await wiping(used, (bytes) => Buffer.from(bytes).toString());
    const failed = Buffer.from('secret');
    await expect(wiping(failed, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect([used, failed].map((bytes) => bytes.every((byte) => byte === 0))).toEqual([true, true]);
  });

  it('under a passphrase are read with it, as text or bytes, by us and by OpenSSL’s reader', async () => {
    const { privateKey } = await generateKey('P-256');
    const file = join(folder, 'protected.pem');
    writePrivateKey(file, protectPrivateKey(privateKey, PASSPHRASE));
    expect(loadPrivateKey(file, Buffer.from(PASSPHRASE)).equals(privateKey)).toBe(true);
    expect(loadPrivateKey(file, PASSPHRASE).equals(privateKey)).toBe(true);
    for (const wrong of ['wrong', '', undefined])
      expect(() => loadPrivateKey(file, wrong)).toThrow(expect.objectContaining({ code: 'KEY_PASSPHRASE' }));
  });

  it('are overwritten on disk before they are removed', async () => {
    const { privateKeyPem } = await generateKey('P-256');
    const [file, other] = [join(folder, 'old.pem'), join(folder, 'same-file.pem')];
    writePrivateKey(file, privateKeyPem);
    const { linkSync, existsSync } = await import('node:fs');
    // A second name shows what became of the content.
    linkSync(file, other);
    destroyPrivateKey(file);
    expect(existsSync(file)).toBe(false);
    const rest = readFileSync(other);
    expect(rest.length).toBe(privateKeyPem.length);
    expect(rest.includes('PRIVATE')).toBe(false);
    expect(() => {
      destroyPrivateKey(file);
    }).toThrow(expect.objectContaining({ code: 'KEY_FILE' }));
  });
});
