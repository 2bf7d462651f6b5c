import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashToken } from '#service';
import { loadCertificate, loadPrivateKey, protectPrivateKey, validatePath, writePrivateKey } from '#trust';
import { parse } from 'yaml';
import { checkKeys } from './doctor/keys.js';
import { readView } from './doctor/view.js';
import { initNode, requireFitting } from './init.js';
import type { NewNode } from './new-node.js';

const EXAMPLE = readFileSync('config/node.example.yaml', 'utf8');
const NOW = new Date('2026-06-01T00:00:00Z');
const KZ: NewNode = {
  node: 'kz',
  keeper: 'state:KZ',
  authorities: ['kz-knb', 'kz-mvd'],
  listen: { host: '0.0.0.0', port: 8181 },
  suite: 'P-256',
  heads: false,
};

describe('a new node', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'valise-init-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('has keys that fit its configuration, under its own root', async () => {
    await initNode(folder, KZ, EXAMPLE, NOW);
    const checks = checkKeys(readView(join(folder, 'node.yaml')), join(folder, 'node.yaml'), NOW);
    expect(checks.map(({ state, what }) => `${state} ${what}`)).toEqual([
      'ok root of state:KZ',
      'ok seal of kz-knb',
      'ok encryption of kz-knb',
      'ok seal of kz-mvd',
      'ok encryption of kz-mvd',
      'ok keeper of list:KZ',
    ]);
  });

  it('keeps the example’s comments, and its own values', async () => {
    await initNode(folder, KZ, EXAMPLE, NOW);
    const text = read('node.yaml');
    expect(text).toContain('# deliveries taken from a queue at once');
    expect(text).toContain('# The roots that this node trusts, one a keeper');
    expect(parse(text)).toMatchObject({
      node: 'kz',
      listen: { host: '0.0.0.0', port: 8181 },
      bus: { peers: ['kz'] },
      anchors: [{ keeper: 'state:KZ', certificate: 'anchors/KZ.pem' }],
      register: { keeper: { book: 'list:KZ' } },
      administratorTokenSha256: [hashToken(read('administrator.token').trim())],
    });
    // A new node was restored from nothing.
    expect(parse(text)).not.toHaveProperty('restoredAt');
  });

  it('has every secret for its owner alone', async () => {
    const written = await initNode(folder, { ...KZ, heads: true }, EXAMPLE, NOW);
    const secrets = written.filter((name) => /\.key\.pem$|\.url$|\.token$/.test(name));
    expect(secrets).toContain('officers/kz-knb.head.key.pem');
    for (const name of secrets)
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  });

  it('can be issued under a root that is there already', async () => {
    await initNode(join(folder, 'first'), KZ, EXAMPLE, NOW);
    const issuer = {
      certificate: join(folder, 'first/root/root.crt.pem'),
      key: join(folder, 'first/root/root.key.pem'),
    };
    const written = await initNode(join(folder, 'second'), { ...KZ, issuer }, EXAMPLE, NOW);
    expect(written.filter((name) => name.startsWith('root/'))).toEqual([]);
    const leaf = loadCertificate(join(folder, 'second/keys/kz-knb.seal.crt.pem'));
    expect(validatePath({ leaf, root: loadCertificate(issuer.certificate), at: NOW, role: 'seal' })).toEqual({
      ok: true,
    });
  });

  it('can be issued under a root with a passphrase, and writes nothing without it', async () => {
    const passphrase = Buffer.from('several random words');
    await initNode(join(folder, 'first'), KZ, EXAMPLE, NOW);
    const key = join(folder, 'protected.key.pem');
    writePrivateKey(
      key,
      protectPrivateKey(loadPrivateKey(join(folder, 'first/root/root.key.pem')), passphrase),
    );
    const issuer = { certificate: join(folder, 'first/root/root.crt.pem'), key };
    const second = join(folder, 'second');
    await expect(initNode(second, { ...KZ, issuer }, EXAMPLE, NOW)).rejects.toMatchObject({
      code: 'KEY_PASSPHRASE',
    });
    expect(existsSync(second)).toBe(false);
    await initNode(second, { ...KZ, issuer: { ...issuer, passphrase } }, EXAMPLE, NOW);
    const leaf = loadCertificate(join(second, 'keys/kz-knb.encryption.crt.pem'));
    expect(leaf.notAfter.getTime() - NOW.getTime()).toBe(37 * 86_400_000);
  });

  it('never overwrites what is there', async () => {
    writeFileSync(join(folder, 'kept'), '');
    await expect(initNode(folder, KZ, EXAMPLE, NOW)).rejects.toThrow('not empty');
  });

  it.each([
    ['an authority of another state', { authorities: ['by-mvd'] }],
    ['a keeper that keeps no list', { keeper: 'depositary:CIS' }],
    ['an organ under another name', { keeper: 'organ:cis-atc', authorities: ['kz-knb'] }],
    ['an id that no bus can name', { node: 'KZ' }],
  ])('is refused with %s', (_, changes) => {
    expect(() => {
      requireFitting({ ...KZ, ...changes });
    }).toThrow(expect.objectContaining({ code: 'CONFIGURATION' }));
  });

  it('may be an organ’s', () => {
    expect(() => {
      requireFitting({ ...KZ, node: 'atc', keeper: 'organ:cis-atc', authorities: ['cis-atc'] });
    }).not.toThrow();
  });
});
