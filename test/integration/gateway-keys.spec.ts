import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCrl, loadCertificate } from '#trust';
import { files, type KeyFiles } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { Wiretap } from '../../apps/federation/src/wiretap.js';
import { craft } from '../federation/crafted.js';
import {
  type MessageView,
  pairWith,
  quarantine,
  RECEIVER,
  SENDER,
  spontaneous,
  untilStatus,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { certificateUnderRoot, signedListOf } from '../federation/lists.js';
import { whileNothingIsRelayed } from '../federation/relay.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Made = Awaited<ReturnType<typeof certificateUnderRoot>>;

let federation: TestFederation;
let wiretap: Wiretap;
/** Three further seals of the sender, the last the newest. */
const seals: Made[] = [];
let encryption: Made;

const sender = () => federation.api(SENDER, 'officer');
const receiver = () => federation.api(RECEIVER, 'officer');
const listed = (authority: string, role: 'seal' | 'encryption', { certificate }: Made) => ({
  authority,
  role,
  certificate: certificate.der.toString('base64'),
});

beforeAll(async () => {
  federation = await testFederation('keys', { nodes: ['kz', 'by'] });
  wiretap = await Wiretap.on(federation.broker, federation.vhost, 'kz', 'by');
  for (let index = 0; index < 3; index++)
    seals.push(await certificateUnderRoot(federation.folderOf('kz'), 'seal', SENDER));
  encryption = await certificateUnderRoot(federation.folderOf('by'), 'encryption', RECEIVER);
  const lists = {
    kz: seals.map((seal) => listed(SENDER, 'seal', seal)),
    by: [listed(RECEIVER, 'encryption', encryption)],
  };
  for (const [id, added] of Object.entries(lists)) {
    const list = signedListOf(federation, id, 2, ({ certificates }) => ({
      certificates: [...certificates, ...added],
    }));
    // The recipient has a new key before the others hear of it.
    if (id === 'by') await configure('by', RECEIVER, { encryption: [encryption.files, old('encryption')] });
    for (const node of ['kz', 'by'])
      await federation.administrator(node).post('/v1/register/books', { book: JSON.parse(list) as unknown });
  }
});
afterAll(async () => {
  await wiretap.close();
  await federation.stop();
});

function old(role: 'seal' | 'encryption'): KeyFiles {
  return role === 'seal'
    ? files.seal(federation.folderOf('kz'), SENDER)
    : files.encryption(federation.folderOf('by'), RECEIVER);
}

async function configure(
  node: string,
  authority: string,
  keys: { seal?: readonly KeyFiles[]; encryption?: readonly KeyFiles[] },
): Promise<void> {
  await federation.reconfigure(node, (configuration) => ({
    ...configuration,
    authorities: (configuration.authorities as { id: string }[]).map((one) =>
      one.id === authority ? { ...one, ...keys } : one,
    ),
  }));
}

const send = () => sender().post<MessageView>('/v1/messages', spontaneous());

/** The thumbprint of the seal under which a message took its place. */
async function sealedWith(id: string): Promise<string> {
  const [row] = await federation.sql<{ seal_protected: string }>(
    'kz',
    `SELECT seal_protected FROM message JOIN message_content USING (own, peer, direction, ep, n)
     WHERE own = $1 AND peer = $2 AND direction = 'out' AND id = $3`,
    [SENDER, RECEIVER, id],
  );
  const header = Buffer.from(row?.seal_protected ?? '', 'base64url').toString('utf8');
  return (JSON.parse(header) as { kid: string }).kid;
}

describe('a new seal', () => {
  it('seals from its installation on, and what was queued under the one before goes under that', async () => {
    const [first, second] = seals;
    if (!first || !second) throw new Error('the seals are not made');
    await configure('kz', SENDER, { seal: [first.files, old('seal')] });
    let queued = '';
    await whileNothingIsRelayed(federation, 'kz', async () => {
      queued = (await send()).id;
      await configure('kz', SENDER, { seal: [second.files, first.files] });
    });
    await untilStatus(receiver(), queued, 'accepted');
    expect(await sealedWith(queued)).toBe(first.certificate.thumbprint);
    const { id } = await send();
    await untilStatus(sender(), id, 'accepted');
    expect(await sealedWith(id)).toBe(second.certificate.thumbprint);
  });

  it('voids what was queued under one that is gone, and the sequence goes on', async () => {
    const [, second, third] = seals;
    if (!second || !third) throw new Error('the seals are not made');
    let queued = '';
    await whileNothingIsRelayed(federation, 'kz', async () => {
      queued = (await send()).id;
      await configure('kz', SENDER, { seal: [third.files] });
    });
    const voided = await untilStatus(sender(), queued, 'void');
    expect(voided.rejection?.code).toBe('KEY_FILE');
    expect(await sender().get(`/v1/cases/${voided.case}`)).toMatchObject({ status: 'void' });
    const { id, n } = await send();
    await untilStatus(sender(), id, 'accepted');
    expect((await pairWith(federation.api(RECEIVER, 'auditor'), SENDER))?.received).toMatchObject({
      n,
      gaps: 0,
    });
  });
});

describe('revocation lists of an age that the recipient does not take', () => {
  const publish = async (version: number, thisUpdate: Date): Promise<void> => {
    const root = files.root(federation.folderOf('kz'));
    const { der } = await createCrl({
      issuer: {
        certificate: loadCertificate(root.certificate),
        privateKeyPem: readFileSync(root.key, 'utf8'),
      },
      revoked: [],
      thisUpdate,
      nextUpdate: new Date(Date.now() + DAY_MS),
      number: version,
    });
    const list = signedListOf(federation, 'kz', version, ({ certificates }) => ({
      certificates: [...certificates, ...seals.map((seal) => listed(SENDER, 'seal', seal))],
      crls: [der.toString('base64')],
    }));
    for (const node of ['kz', 'by'])
      await federation.administrator(node).post('/v1/register/books', { book: JSON.parse(list) as unknown });
  };

  it('hold what is sealed under them, until a fresh one comes', async () => {
    await federation.reconfigure('by', (configuration) => ({
      ...configuration,
      register: {
        ...(configuration.register as object),
        revocation: { warnAfterHours: 1, refuseAfterHours: 2 },
      },
    }));
    await publish(3, new Date(Date.now() - 3 * HOUR_MS));
    const { id } = await send();
    await until('it is held', STEP_MS, async () => {
      const rows = await federation.sql<{ code: string; detail: string }>(
        'by',
        'SELECT code, detail FROM held',
      );
      return rows.some(({ code, detail }) => code === 'CERTIFICATE_UNKNOWN' && detail.includes('too old'))
        ? true
        : undefined;
    });
    await expect(receiver().get(`/v1/messages/${id}`)).rejects.toThrow(/404/);
    await publish(4, new Date(Date.now() - HOUR_MS / 2));
    await untilStatus(receiver(), id, 'accepted');
    await untilStatus(sender(), id, 'accepted');
  });
});

const LIBRARY = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so'].find(
  (file) => existsSync(file),
);
const ABSENT =
  LIBRARY === undefined
    ? 'skipped, softhsm2 is absent (Debian: softhsm2)'
    : existsSync('node_modules/pkcs11js')
      ? undefined
      : 'skipped, pkcs11js could not be compiled';

describe('a seal in a hardware module', () => {
  const run = ABSENT === undefined ? it : it.skip;

  run(`seals as one in a file does${ABSENT === undefined ? '' : `: ${ABSENT}`}`, async () => {
    const seal = seals[2];
    if (!seal || LIBRARY === undefined) throw new Error('there is nothing to seal with');
    const folder = join(federation.folderOf('kz'), 'token');
    mkdirSync(join(folder, 'tokens'), { recursive: true });
    const configuration = join(folder, 'softhsm2.conf');
    writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`);
    writeFileSync(join(folder, 'pin'), '1234', { mode: 0o600 });
    const before = process.env.SOFTHSM2_CONF;
    process.env.SOFTHSM2_CONF = configuration;
    try {
      // A test's process.env is not that which child processes inherit.
      const env = { ...process.env };
      const softhsm = (...args: string[]): Buffer => execFileSync('softhsm2-util', args, { env });
      softhsm('--init-token', '--free', '--label', SENDER, '--pin', '1234', '--so-pin', '31415926');
      const key = ['--token', SENDER, '--label', 'seal', '--id', 'a1', '--pin', '1234'];
      softhsm('--import', seal.files.key, ...key);
      const pkcs11 = { library: LIBRARY, token: SENDER, label: 'seal', pin: { file: join(folder, 'pin') } };
      await federation.reconfigure('kz', (node) => ({
        ...node,
        authorities: (node.authorities as { id: string }[]).map((one) =>
          one.id === SENDER ? { ...one, seal: { certificate: seal.files.certificate, pkcs11 } } : one,
        ),
      }));
      const { id } = await send();
      await untilStatus(sender(), id, 'accepted');
      expect(await sealedWith(id)).toBe(seal.certificate.thumbprint);
    } finally {
      if (before === undefined) delete process.env.SOFTHSM2_CONF;
      else process.env.SOFTHSM2_CONF = before;
    }
  });
});

// Last, for what is crafted here takes numbers of which its sender knows nothing.
describe('a new encryption key', () => {
  const recipientOf = (body: Buffer): string | undefined =>
    (JSON.parse(body.toString('utf8')) as { recipients: { header: { kid: string } }[] }).recipients[0]?.header
      .kid;
  /** Sealed well, in the right place, and encrypted to the older key. */
  async function sendToOlderKey() {
    const { sent } = (await pairWith(federation.api(SENDER, 'auditor'), RECEIVER)) ?? { sent: { n: 0 } };
    const [last] = await federation.sql<{ d: string }>(
      'kz',
      `SELECT out_d AS d FROM pair WHERE own = $1 AND peer = $2`,
      [SENDER, RECEIVER],
    );
    const place = { ep: 1, n: sent.n + 1, prev: last?.d ?? null };
    const crafted = craft(federation, SENDER, place, {}, old('encryption'), seals[2]);
    await wiretap.inject('kz', 'by', { kind: 'envelope', body: crafted.body });
    return crafted;
  }

  it('is used by the others once it is listed', async () => {
    const { id } = await send();
    await untilStatus(receiver(), id, 'accepted');
    const seen = wiretap.all().filter(({ kind }) => kind === 'envelope');
    expect(recipientOf(seen.at(-1)?.body ?? Buffer.from('{}'))).toBe(encryption.certificate.thumbprint);
  });

  it('leaves the older one in use for what is on its way, until it is destroyed', async () => {
    const { id } = await sendToOlderKey();
    await untilStatus(receiver(), id, 'accepted');
    await configure('by', RECEIVER, { encryption: [encryption.files] });
    const before = (await quarantine(federation.administrator('by'))).length;
    await sendToOlderKey();
    const found = await until('it in quarantine', STEP_MS, async () => {
      const all = await quarantine(federation.administrator('by'));
      return all.length > before ? all[0] : undefined;
    });
    expect(found.code).toBe('ENVELOPE_NOT_FOR_ME');
  });
});
