import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyBook } from '#envelope';
import { loadCertificate, loadPrivateKey, parseCrl } from '#trust';
import { parse } from 'yaml';
import { certificateFrom, readText } from '../../apps/cli/src/keys/key-files.js';
import { signAgreement, signList, submission } from '../../apps/cli/src/operations/books.js';
import { examineDepositary } from '../../apps/cli/src/operations/doctor/depositary.js';
import { initDepositary } from '../../apps/cli/src/operations/init-depositary.js';
import { initNode } from '../../apps/cli/src/operations/init.js';
import type { NewNode } from '../../apps/cli/src/operations/new-node.js';
import { pin } from '../../apps/cli/src/operations/pin.js';
import { readConfiguration as readDepositary } from '../../apps/depositary/src/configuration.js';
import { Keeper } from '../../apps/depositary/src/keeper.js';
import { readConfiguration as readGateway } from '../../apps/gateway/src/configuration.js';

const example = (name: string): string => readFileSync(`config/${name}.example.yaml`, 'utf8');
const NOW = new Date();
const TJ: NewNode = {
  node: 'tj',
  keeper: 'state:TJ',
  authorities: ['tj-mvd', 'tj-gknb'],
  listen: { host: '127.0.0.1', port: 8181 },
  suite: 'P-256',
  heads: true,
  peers: ['kz'],
  depositaries: ['cis-depositary'],
  partners: ['kz-knb'],
  timeZone: 'Asia/Dushanbe',
  busPassword: true,
};
const CIS = {
  organisation: 'CIS' as const,
  node: 'cis-depositary',
  listen: { host: '127.0.0.1', port: 8480 },
  peers: ['kz'],
  suite: 'P-256' as const,
};

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'valise-init-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('`valise init node`', () => {
  beforeEach(() => initNode(at('tj'), TJ, example('node'), NOW));
  const register = () => ({
    certificate: loadCertificate(at('tj/keys/register.crt.pem')),
    key: loadPrivateKey(at('tj/keys/register.key.pem')),
  });
  const seal = () => ({
    certificate: loadCertificate(at('tj/keys/tj-mvd.seal.crt.pem')),
    key: loadPrivateKey(at('tj/keys/tj-mvd.seal.key.pem')),
  });
  const files = {
    certificate: (name: string) => certificateFrom(at(`tj/${name}`)),
    crl: (name: string) => parseCrl(readText(at(`tj/${name}`))),
  };

  it('writes what the gateway takes', () => {
    expect(readGateway(at('tj/node.yaml'))).toMatchObject({
      node: 'tj',
      bus: { peers: ['tj', 'kz'] },
      register: { depositaries: ['cis-depositary'] },
    });
  });

  it('writes a list that its register key signs, and no other’s', async () => {
    const text = readFileSync(at('tj/list.yaml'), 'utf8');
    const verified = verifyBook(signList(text, register(), NOW.getTime(), files), {
      anchorOf: () => loadCertificate(at('tj/anchors/TJ.pem')),
      at: NOW,
    });
    expect(verified).toMatchObject({ ok: true, book: 'list:TJ', version: 1 });
    expect(parse(text)).toMatchObject({
      authorities: [{ id: 'tj-mvd', timeZone: 'Asia/Dushanbe' }, { id: 'tj-gknb' }],
      certificates: expect.arrayContaining([
        { authority: 'tj-gknb', role: 'head', certificate: 'officers/tj-gknb.head.crt.pem' },
      ]),
    });
    await initNode(
      at('uz'),
      { ...TJ, node: 'uz', keeper: 'state:UZ', authorities: ['uz-sgb'] },
      example('node'),
      NOW,
    );
    const foreign = {
      certificate: loadCertificate(at('uz/keys/register.crt.pem')),
      key: loadPrivateKey(at('uz/keys/register.key.pem')),
    };
    expect(() => signList(text, foreign, NOW.getTime(), files)).toThrow('is signed by state:TJ');
    expect(() => signList(text, seal(), NOW.getTime(), files)).toThrow('with the role register');
  });

  it('drafts an arrangement for each authority and partner, and the pairs of the bus', () => {
    for (const name of ['kz-knb-tj-mvd-2018', 'kz-knb-tj-gknb-2018'])
      expect(existsSync(at(`tj/arrangements/${name}.yaml`))).toBe(true);
    const text = readFileSync(at('tj/arrangements/kz-knb-tj-mvd-2018.yaml'), 'utf8');
    const half = JSON.stringify(signAgreement('arrangement', text, seal(), NOW.getTime()));
    expect(submission(half).path).toBe('/v1/register/books');
    const list = signList(readFileSync(at('tj/list.yaml'), 'utf8'), register(), NOW.getTime(), files);
    expect(submission(`${list}\n`)).toEqual({ path: '/v1/lists', body: { book: list } });
    expect(() => submission('{"payload":"e30"}')).toThrow('no signed list');
    expect(readFileSync(at('tj/bus.pairs'), 'utf8')).toContain('\ntj tj\ntj kz\ntj cis-depositary\n');
  });

  it('protects the root that it makes with a passphrase', async () => {
    const rootPassphrase = Buffer.from('several random words');
    await initNode(at('safe'), { ...TJ, rootPassphrase }, example('node'), NOW);
    expect(() => loadPrivateKey(at('safe/root/root.key.pem'))).toThrow(
      expect.objectContaining({ code: 'KEY_PASSPHRASE' }),
    );
    expect(loadPrivateKey(at('safe/root/root.key.pem'), rootPassphrase).type).toBe('private');
  });
});

describe('`valise init depositary`', () => {
  beforeEach(() => initDepositary(at('cis'), CIS, example('depositary'), NOW));

  it('writes what the depositary takes, with a key that may sign its book', () => {
    const configuration = readDepositary(at('cis/depositary.yaml'));
    expect(configuration).toMatchObject({ organisation: 'CIS', node: 'cis-depositary', peers: ['kz'] });
    expect(Keeper.load(configuration, NOW).book).toBe('treaty:CIS');
  });

  it('is examined by the doctor', async () => {
    writeFileSync(at('cis/database.url'), 'postgres://nobody:x@127.0.0.1:9/none');
    writeFileSync(at('cis/bus.url'), 'amqp://cis-depositary:x@127.0.0.1:9/valise');
    const checks = await examineDepositary(at('cis/depositary.yaml'), NOW);
    expect(checks.map(({ state, what }) => `${state} ${what}`)).toEqual([
      'ok configuration',
      'ok peers',
      'ok database.url',
      'ok bus.url',
      'ok signing for treaty:CIS',
      'fail database',
      'ok bus account',
      'fail bus',
      'warn depositary',
    ]);
    writeFileSync(at('cis/keys/register.crt.pem'), readFileSync(at('cis/root/root.crt.pem')));
    const [signing] = (await examineDepositary(at('cis/depositary.yaml'), NOW)).filter(({ what }) =>
      what.startsWith('signing'),
    );
    expect(signing).toMatchObject({ state: 'fail', seen: expect.stringContaining('register') });
  });
});

describe('`valise pin`', () => {
  beforeEach(async () => {
    await initNode(at('tj'), TJ, example('node'), NOW);
    await initDepositary(at('cis'), CIS, example('depositary'), NOW);
  });
  const root = () => ({ keeper: 'state:TJ', certificate: at('tj/anchors/TJ.pem') });

  it('names a root, and its node, in either kind of configuration; idempotent', () => {
    pin(at('cis/depositary.yaml'), { ...root(), node: 'tj' });
    pin(at('cis/depositary.yaml'), { ...root(), node: 'tj' });
    expect(readDepositary(at('cis/depositary.yaml'))).toMatchObject({
      peers: ['kz', 'tj'],
      anchors: [{ keeper: 'state:TJ', certificate: at('cis/anchors/TJ.pem') }],
    });
    pin(at('tj/node.yaml'), { keeper: 'depositary:CIS', certificate: at('cis/anchors/CIS.pem'), node: 'by' });
    expect(readGateway(at('tj/node.yaml'))).toMatchObject({
      bus: { peers: ['tj', 'kz', 'by'] },
      anchors: [{ keeper: 'state:TJ' }, { keeper: 'depositary:CIS' }],
    });
  });

  it('takes no other root than the given one, and replaces none without being told', () => {
    const before = readFileSync(at('cis/depositary.yaml'), 'utf8');
    expect(() => pin(at('cis/depositary.yaml'), { ...root(), sha256: '00'.repeat(32) })).toThrow(
      'not the one that was given',
    );
    expect(readFileSync(at('cis/depositary.yaml'), 'utf8')).toBe(before);
    const line = pin(at('cis/depositary.yaml'), root());
    const digest = /SHA-256 ([0-9a-f]{64})$/.exec(line)?.[1] ?? '';
    pin(at('cis/depositary.yaml'), { ...root(), sha256: digest });
    const other = { keeper: 'state:TJ', certificate: at('cis/anchors/CIS.pem') };
    expect(() => pin(at('cis/depositary.yaml'), other)).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }),
    );
    pin(at('cis/depositary.yaml'), { ...other, replace: true });
    expect(readFileSync(at('cis/anchors/TJ.pem'))).toEqual(readFileSync(at('cis/anchors/CIS.pem')));
  });
});
