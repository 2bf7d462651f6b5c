import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRoot, type Issuer, issueCertificate, type Role, writePrivateKey } from '#trust';
import type { Check } from './check.js';
import { checkAccount, checkFolder, checkKeys, checkSecret } from './keys.js';
import type { View } from './view.js';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-06-01T00:00:00Z');
const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

describe('the files of a node', () => {
  let folder: string;
  let root: Issuer;
  let made = 0;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'valise-doctor-'));
    root = await createRoot({ name: 'Root', suite: 'P-256', notBefore: inDays(-10), notAfter: inDays(3650) });
    writeFileSync(join(folder, 'root.pem'), root.certificate.pem);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function pair(role: Role, options: { authority?: string; days?: number; issuer?: Issuer } = {}) {
    const { certificate, privateKeyPem } = await issueCertificate({
      issuer: options.issuer ?? root,
      role,
      subject: { name: 'Authority', authority: options.authority ?? 'kz-knb' },
      suite: 'P-256',
      notBefore: inDays(-10),
      notAfter: inDays(options.days ?? 365),
    });
    const name = `${role}-${made++}`;
    writeFileSync(join(folder, `${name}.crt.pem`), certificate.pem);
    writePrivateKey(join(folder, `${name}.key.pem`), privateKeyPem ?? '');
    return { certificate: `${name}.crt.pem`, key: `${name}.key.pem` };
  }

  type Pair = Awaited<ReturnType<typeof pair>>;
  async function examine(changes: { seal?: Pair; encryption?: Pair[] }): Promise<Record<string, Check>> {
    const view: Pick<View, 'anchors' | 'authorities' | 'register'> = {
      anchors: [{ keeper: 'state:KZ', certificate: 'root.pem' }],
      authorities: [
        {
          id: 'kz-knb',
          seal: [changes.seal ?? (await pair('seal'))],
          encryption: changes.encryption ?? [await pair('encryption')],
        },
      ],
      register: { depositaries: [], ageHoursMax: 48 },
    };
    const checks = checkKeys(view as View, join(folder, 'node.yaml'), NOW);
    return Object.fromEntries(checks.map((check) => [check.what, check]));
  }

  it('are in order', async () => {
    const checks = await examine({});
    expect(Object.keys(checks)).toEqual(['root of state:KZ', 'seal of kz-knb', 'encryption of kz-knb']);
    expect(Object.values(checks).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  });

  it('are reported when others may read a key, with the command that fixes it', async () => {
    const seal = await pair('seal');
    chmodSync(join(folder, seal.key), 0o640);
    const check = (await examine({ seal }))['seal of kz-knb'];
    expect(check).toMatchObject({ state: 'fail', remedy: `chmod 600 ${join(folder, seal.key)}` });
  });

  it('are reported when a certificate carries another role', async () => {
    const check = (await examine({ seal: await pair('encryption') }))['seal of kz-knb'];
    expect(check).toMatchObject({ state: 'fail', seen: expect.stringContaining('role seal') });
  });

  it('are reported when a certificate is of another authority', async () => {
    const check = (await examine({ seal: await pair('seal', { authority: 'by-mvd' }) }))['seal of kz-knb'];
    expect(check).toMatchObject({ state: 'fail', seen: expect.stringContaining('by-mvd') });
  });

  it('are reported when certificate and key do not belong together', async () => {
    const [one, other] = [await pair('seal'), await pair('seal')];
    const check = (await examine({ seal: { certificate: one.certificate, key: other.key } }))[
      'seal of kz-knb'
    ];
    expect(check).toMatchObject({
      state: 'fail',
      seen: expect.stringContaining('another certificate'),
    });
  });

  it.each([
    [-1, 'fail', 'expired'],
    [29, 'warn', 'expires in 29 days'],
    [31, 'ok', 'valid until 2026-07-02'],
  ])('are judged by their dates: %d days left', async (days, state, seen) => {
    const check = (await examine({ seal: await pair('seal', { days }) }))['seal of kz-knb'];
    expect(check).toMatchObject({ state, seen: expect.stringContaining(seen) });
  });

  it('are reported when no pinned root issued a certificate', async () => {
    const issuer = await createRoot({
      name: 'Other',
      suite: 'P-256',
      notBefore: inDays(-10),
      notAfter: inDays(99),
    });
    const check = (await examine({ seal: await pair('seal', { issuer }) }))['seal of kz-knb'];
    expect(check).toMatchObject({ state: 'warn', seen: expect.stringContaining('no pinned root') });
  });

  it('are reported when one is missing, older ones too', async () => {
    const missing = { certificate: 'none.crt.pem', key: 'none.key.pem' };
    const checks = await examine({ encryption: [await pair('encryption'), missing] });
    expect(checks['encryption of kz-knb']?.state).toBe('ok');
    expect(checks['encryption of kz-knb, older 1']?.state).toBe('fail');
  });

  it('include the account on the bus, which must be in the node’s own name', async () => {
    const pairOfTls = await pair('tls');
    const account = (node: string, url: string, tls?: View['bus']['tls']) => {
      const view = { node, bus: { url: { env: 'URL' }, peers: [], ...(tls && { tls }) } };
      return checkAccount(view, url, join(folder, 'node.yaml'), NOW);
    };
    expect(account('kz', 'amqp://kz:secret@host/valise').state).toBe('ok');
    expect(account('by', 'amqp://kz:secret@host/valise').state).toBe('fail');
    expect(account('kz', 'amqp://host/valise').state).toBe('fail');
    const tls = { ca: 'root.pem', ...pairOfTls };
    // The common name of the certificates made here.
    expect(account('Authority', 'amqps://host/valise', tls).state).toBe('ok');
    expect(account('kz', 'amqps://host/valise', tls)).toMatchObject({
      state: 'fail',
      seen: 'it is of "Authority", this node is kz',
    });
    expect(account('Authority', 'amqps://host/valise', { ...tls, key: (await pair('tls')).key }).state).toBe(
      'fail',
    );
  });

  it('include secrets that are their owner’s alone', () => {
    const configuration = join(folder, 'node.yaml');
    writeFileSync(join(folder, 'bus.url'), 'amqp://host', { mode: 0o600 });
    expect(checkSecret('bus.url', { file: 'bus.url' }, configuration).state).toBe('ok');
    chmodSync(join(folder, 'bus.url'), 0o644);
    expect(checkSecret('bus.url', { file: 'bus.url' }, configuration).state).toBe('fail');
    expect(checkSecret('bus.url', { file: 'none' }, configuration).state).toBe('fail');
    expect(checkSecret('bus.url', { env: 'VALISE_NOT_SET_ANYWHERE' }, configuration).state).toBe('fail');
  });

  it('have a folder for attachments, or one to make it in', () => {
    expect(checkFolder(join(folder, 'attachments')).state).toBe('ok');
    expect(checkFolder(join(folder, 'none', 'attachments')).state).toBe('fail');
  });
});
