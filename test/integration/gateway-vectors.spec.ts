import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unixSeconds, uuidv7 } from '#core';
import type { Payload } from '#envelope';
import { type Certificate, loadCertificate, type Role } from '#trust';
import { files } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { type Attack, worldOf } from '../../libs/envelope/testing/attacks.js';
import { ON_BINDING, ON_PAYLOAD } from '../../libs/envelope/testing/attacks-on-content.js';
import { ON_ENCRYPTION } from '../../libs/envelope/testing/attacks-on-encryption.js';
import { ON_PROOFS } from '../../libs/envelope/testing/attacks-on-proofs.js';
import { ON_SIGNATURES } from '../../libs/envelope/testing/attacks-on-signatures.js';
import type { Holder, Office, Offices, Place } from '../../libs/envelope/testing/offices.js';
import { craft, keysOf, namedBooks } from '../federation/crafted.js';
import { INSTRUMENT, pairWith, RECEIVER, type ReceiptView, spontaneous } from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { Interceptor } from '../federation/interceptor.js';
import { certificateUnderRoot, signedListOf } from '../federation/lists.js';
import { GOOD } from '../vectors/envelope/good.js';
import { ON_CERTIFICATES, ON_COMPRESSION, type WorldOfUnfit } from '../vectors/envelope/further-attacks.js';
import { sendingOf, SEQUENCES } from '../vectors/envelope/sequences.js';
import { unfitSeals, type UnfitSeals } from '../vectors/envelope/unfit.js';

/**
 * The attacks of the vectors at a gateway's inbox: the same builders, with the keys of a running federation. Its
 * authorities' own gateways would make none of these.
 */
const ATTACKER = 'kz-mvd';
const THIRD = 'kz-knb';

let federation: TestFederation;
let there: Interceptor;
let offices: Offices;
let unfit: UnfitSeals;

const receiver = () => federation.api(RECEIVER, 'auditor');
const inject = (body: Buffer) => there.inject('kz', { kind: 'envelope', body });

beforeAll(async () => {
  federation = await testFederation('vectors', { nodes: ['kz', 'by'] });
  there = await Interceptor.on(federation, 'kz', 'by');
  await makeOffices();
  await publishList();
});

afterAll(async () => {
  await there.close();
  expect(federation.processes.all().filter((one) => one.restarts() > 0)).toEqual([]);
  await federation.stop();
});

/** The federation's offices as the builders need them: with a deputy's certificate each, which samples do not have. */
async function makeOffices(): Promise<void> {
  const folder = federation.folderOf('kz');
  const of = async (authority: string, node = folder): Promise<Office> => ({
    authority,
    head: keysOf(files.head(node, authority)),
    deputy: await certificateUnderRoot(node, 'deputy-head', authority),
    seal: keysOf(files.seal(node, authority)),
    encryption: keysOf(files.encryption(node, authority)),
  });
  offices = {
    kz: await of(ATTACKER),
    am: await of(THIRD),
    by: await of(RECEIVER, federation.folderOf('by')),
    register: keysOf(files.register(folder)),
    resolve: () => ({ ok: false, code: 'CERTIFICATE_UNKNOWN', detail: 'only the gateway resolves here' }),
  };
  const root = files.root(folder);
  const issuer = {
    certificate: loadCertificate(root.certificate),
    privateKeyPem: readFileSync(root.key, 'utf8'),
  };
  unfit = await unfitSeals(issuer, ATTACKER, new Date());
}

/** A newer list of Kazakhstan with the deputies, and with seals that only a path's validation tells from good ones. */
async function publishList(): Promise<void> {
  const entry = (authority: string, role: Role, { der }: Certificate) => ({
    authority,
    role: role as 'seal',
    certificate: der.toString('base64'),
  });
  const { kz, am } = offices;
  const list = signedListOf(federation, 'kz', 2, ({ certificates }) => ({
    certificates: [
      ...certificates,
      ...[kz, am].map(({ authority, deputy }) => entry(authority, 'deputy-head', deputy.certificate)),
      ...Object.values<Holder>({ ...unfit.seals }).map(({ certificate }) =>
        entry(ATTACKER, 'seal', certificate),
      ),
    ],
    intermediates: unfit.intermediates.map(({ der }) => der.toString('base64')),
    crls: [unfit.crl.der.toString('base64')],
  }));
  for (const node of ['kz', 'by'])
    await federation.administrator(node).post('/v1/register/books', { book: JSON.parse(list) as unknown });
}

function payload(over: Partial<Payload> = {}): Payload {
  const now = Date.now();
  const id = uuidv7(now, randomBytes(16));
  return {
    v: 1,
    id,
    from: ATTACKER,
    to: RECEIVER,
    act: 'spontaneous/1',
    case: id,
    instrument: INSTRUMENT,
    register: namedBooks(federation.books, over.from ?? ATTACKER),
    exp: unixSeconds(now) + 86_400,
    level: 'open',
    body: spontaneous().body,
    attachments: [],
    ...over,
  };
}

function worldAt(place: Place): WorldOfUnfit {
  const now = unixSeconds(Date.now());
  return { ...worldOf(offices, { now, payload, place }), unfit: unfit.seals };
}

/** Where the next message of an authority stands in the receiver's eyes. */
async function nextOf(peer: string): Promise<Place> {
  const [pair] = await federation.sql<{ in_ep: number; in_n: string; in_d: string | null }>(
    'by',
    'SELECT in_ep, in_n, in_d FROM pair WHERE own = $1 AND peer = $2',
    [RECEIVER, peer],
  );
  return { ep: pair?.in_ep ?? 1, n: Number(pair?.in_n ?? 0) + 1, prev: pair?.in_d ?? null };
}

/** All that a message can have an effect on. */
async function effects(): Promise<unknown> {
  const count = async (from: string) => {
    const [row] = await federation.sql<{ count: string }>('by', `SELECT count(*) FROM ${from}`);
    return Number(row?.count);
  };
  return {
    messages: await count('message'),
    cases: await count('exchange_case'),
    told: await count(`leaf WHERE ${OF_PAIRS} AND text::jsonb ->> 'stage' IS DISTINCT FROM 'rejected'`),
    mirrored: await count(`leaf WHERE side = 'mirror'`),
    gaps: await count(`pair, jsonb_array_elements(gaps)`),
    waiting: await count(`pair, jsonb_array_elements(waiting)`),
  };
}

/** Entries of logs that counterparts see: not of internal ones. */
const OF_PAIRS = `side = 'own' AND peer <> own`;
async function leaves(): Promise<number> {
  const [row] = await federation.sql<{ count: string }>('by', `SELECT count(*) FROM leaf WHERE ${OF_PAIRS}`);
  return Number(row?.count);
}

/** What became of bytes that were injected: its quarantine code, or that it is held. */
async function outcomes(bodies: readonly Buffer[]): Promise<string[]> {
  let missing: number[] = [];
  const hashes = bodies.map((body) => createHash('sha256').update(body).digest('hex'));
  return until('all of it judged', STEP_MS, async () => {
    const rows = await federation.sql<{ sha256: string; became: string }>(
      'by',
      `SELECT body ->> 'sha256' AS sha256, code AS became FROM quarantine WHERE body ->> 'sha256' = ANY($1)
       UNION SELECT body ->> 'sha256', 'held ' || code FROM held WHERE body ->> 'sha256' = ANY($1)`,
      [hashes],
    );
    const found = new Map(rows.map(({ sha256, became }) => [sha256, became]));
    missing = hashes.flatMap((hash, index) => (found.has(hash) ? [] : [index]));
    return missing.length === 0 ? hashes.map((hash) => found.get(hash) ?? '') : undefined;
  }).catch((error: unknown) => {
    throw new Error(`not judged: those with the indices ${missing.join()}`, { cause: error });
  });
}
const expectedOf = (code: string): string => (code === 'CERTIFICATE_UNKNOWN' ? `held ${code}` : code);

const ATTACKS: Attack<WorldOfUnfit>[] = [
  ...ON_SIGNATURES,
  ...ON_BINDING,
  ...ON_PAYLOAD,
  ...ON_ENCRYPTION,
  ...ON_COMPRESSION,
  ...ON_CERTIFICATES,
  ...ON_PROOFS,
];
const isAuthenticated = ([, , , details]: Attack<WorldOfUnfit>): boolean => details?.authenticated === true;

describe('an attack at the inbox', () => {
  it('goes to quarantine with its class, is not answered and has no effect', async () => {
    const attacks = ATTACKS.filter((attack) => !isAuthenticated(attack));
    expect(attacks.length).toBeGreaterThan(80);
    const [before, next, answered] = [await effects(), await nextOf(ATTACKER), await leaves()];
    const world = worldAt(next);
    const bodies = attacks.map(([, , make]) => make(world));
    for (const body of bodies) await inject(body);
    const became = await outcomes(bodies);
    const told = attacks.map(([name], index) => `${name}: ${became[index] ?? ''}`);
    expect(told).toEqual(attacks.map(([name, code]) => `${name}: ${expectedOf(code)}`));
    expect(await effects()).toEqual(before);
    expect(await leaves()).toBe(answered);
    expect(await nextOf(ATTACKER)).toEqual(next);
  });

  it.each(ATTACKS.filter(isAuthenticated))(
    'under a genuine seal is rejected with its class, and takes its number: %s',
    async (_name, code, make) => {
      const [before, next] = [await effects(), await nextOf(ATTACKER)];
      const body = make(worldAt(next));
      await inject(body);
      expect(await outcomes([body])).toEqual([expectedOf(code)]);
      const after = await nextOf(ATTACKER);
      expect(await effects()).toEqual(before);
      if (code === 'CERTIFICATE_UNKNOWN') {
        // It may yet become known: nothing is settled, and nothing is counted.
        expect(after).toEqual(next);
        return;
      }
      expect(after.n).toBe(next.n + 1);
      const receipts = await given(after.prev ?? '');
      expect(receipts.map((receipt) => [receipt.stage, receipt.code])).toEqual([['rejected', code]]);
    },
  );
});

describe('a message under a genuine seal that does not name', () => {
  it.each(['treaty:CIS', 'list:KZ', 'list:BY', 'any book'])(
    '%s is rejected, for nobody could compare what it was decided on',
    async (missing) => {
      const next = await nextOf(ATTACKER);
      const books = Object.entries(namedBooks(federation.books, ATTACKER));
      const register = Object.fromEntries(
        missing === 'any book' ? [] : books.filter(([book]) => book !== missing),
      );
      const { body, D } = craft(federation, ATTACKER, next, { register });
      await inject(body);
      expect(await verdictOn(D)).toBe('rejected ENVELOPE_FORMAT');
      expect((await nextOf(ATTACKER)).n).toBe(next.n + 1);
    },
  );

  it('the other organisation’s book is taken: its sender may not have it', async () => {
    const { 'treaty:CSTO': left, ...register } = namedBooks(federation.books, ATTACKER);
    expect(left).toBeDefined();
    const { body, D } = craft(federation, ATTACKER, await nextOf(ATTACKER), { register });
    await inject(body);
    expect(await verdictOn(D)).toBe('accepted');
  });
});

describe('a sequence at the inbox', () => {
  it.each(SEQUENCES)('%s (%s)', async (_name, _attack, deliveries) => {
    const next = await nextOf(ATTACKER);
    const sending = sendingOf(worldAt(next), next, await nextOf(THIRD));
    for (const { envelope, D, outcome } of deliveries(sending)) {
      const before = await duplicates();
      await inject(envelope);
      if (outcome === 'GAP') expect(await outcomes([envelope])).toEqual(['held GAP']);
      else if (outcome === 'duplicate')
        await until('it was counted', STEP_MS, async () =>
          (await duplicates()) > before ? true : undefined,
        );
      else expect(await verdictOn(D)).toBe(outcome === 'accepted' ? outcome : `rejected ${outcome}`);
    }
    expect((await pairWith(receiver(), ATTACKER))?.received.gaps).toBe(0);
  });
});

it.each(GOOD.filter(([name]) => /^a message (with the seal|signed|whose seal|with a consent$)/.test(name)))(
  'what is good is accepted after all of this: %s',
  async (_name, make) => {
    const next = await nextOf(ATTACKER);
    await inject(make(worldAt(next)));
    const after = await until('it in its place', STEP_MS, async () => {
      const now = await nextOf(ATTACKER);
      return now.n > next.n ? now : undefined;
    });
    const receipts = await given(after.prev ?? '');
    // There is nothing to wait for, so one entry says both.
    expect(receipts.map(({ stage }) => stage)).toEqual(['accepted']);
  },
);

it('a receipt of before there were logs is refused: it is not in the log of its signer', async () => {
  const [before, next, answered] = [await effects(), await nextOf(ATTACKER), await leaves()];
  const receipt = GOOD.find(([name]) => name === 'a receipt');
  if (!receipt) throw new Error('no vector is a receipt');
  const body = receipt[1](worldAt(next));
  await inject(body);
  expect(await outcomes([body])).toEqual(['ENVELOPE_FORMAT']);
  expect([await effects(), await nextOf(ATTACKER), await leaves()]).toEqual([before, next, answered]);
});

const duplicates = async () => (await pairWith(receiver(), ATTACKER))?.received.duplicates ?? 0;

/** The last receipt of a message. */
function verdictOn(D: string): Promise<string> {
  return until('its receipt', STEP_MS, async () => {
    const last = (await given(D)).find(({ stage }) => stage !== 'stored');
    return last && `${last.stage} ${last.code ?? ''}`.trim();
  });
}

/** Receipts that the receiver gave for a message that it authenticated. */
async function given(D: string): Promise<ReceiptView[]> {
  const [arrival] = await federation.sql<{ id: string }>(
    'by',
    'SELECT id FROM arrival WHERE own = $1 AND d = $2',
    [RECEIVER, D],
  );
  if (!arrival) return [];
  const { items } = await receiver().get<{ items: readonly ReceiptView[] }>(
    `/v1/receipts?direction=given&message=${arrival.id}`,
  );
  return items.filter((receipt) => receipt.D === D);
}
