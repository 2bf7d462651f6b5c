import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { until } from '../../apps/federation/src/until.js';
import { quarantine, RECEIVER, SENDER, spontaneous, untilStatus } from '../federation/exchange.js';
import type { MessageView } from '../federation/exchange.js';
import { GATEWAY, STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import {
  announce,
  hashOfDownload,
  PART_BYTES,
  received,
  SampleFiles,
  untilParts,
  upload,
} from './attachments-harness.js';
import { type Part, PartLane } from './attachments-lane.js';

const TRANSFER_MS = 3 * STEP_MS;

let federation: TestFederation;
let lane: PartLane;
const files = new SampleFiles();

beforeAll(async () => {
  const quick = { resendAfterSeconds: 1 };
  federation = await testFederation('attfaults', {
    nodes: ['kz', 'by'],
    overrides: { kz: quick, by: quick },
  });
  lane = await PartLane.on(federation, 'kz', 'by');
}, 120_000);

afterEach(() => {
  lane.pass = (part) => [part];
});

afterAll(async () => {
  files.remove();
  await lane.close();
  await federation.stop();
});

const receiver = () => federation.api(RECEIVER, 'officer');
const accepted = (message: MessageView) => untilStatus(receiver(), message.id, 'accepted', TRANSFER_MS);
const servedOf = (id: string, from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => lane.served(id, from + index));
const badParts = async (id: string): Promise<string[]> =>
  (await quarantine(federation.api(RECEIVER, 'security-officer')))
    .filter(({ detail }) => detail.includes(id))
    .map(({ code, detail }) => `${code} ${/part \d+/.exec(detail)?.[0] ?? ''}`)
    .sort();

/** Cuts both connections of a node to the broker, which shows them only after a while. */
async function cut(node: string): Promise<void> {
  const own = await until(`the connections of ${node}`, STEP_MS, async () => {
    const all = (await federation.management('GET', '/api/connections')) as {
      name: string;
      user: string;
      vhost: string;
    }[];
    const found = all.filter(({ user, vhost }) => user === node && vhost === federation.vhost);
    return found.length >= 2 ? found : undefined;
  });
  for (const { name } of own)
    await federation.management('DELETE', `/api/connections/${encodeURIComponent(name)}`);
}

it('goes on where it was when the receiver or the sender is killed, or the broker cuts both off', async () => {
  const { file, sha256 } = await files.make(48 * PART_BYTES - 5);
  const { id } = await upload(federation, file);
  const holdFrom = (first: number) => {
    lane.pass = (one) => (one.part < first ? [one] : undefined);
  };
  /** Waits until the receiver has exactly these parts, and others are on their way. */
  const reached = async (parts: number): Promise<void> => {
    const { progress, status } = await untilParts(federation, id, parts);
    expect([progress.partsDone, status]).toEqual([parts, 'pulling']);
    expect(progress.bytesDone).toBe(parts * PART_BYTES);
    await lane.holding(1);
  };

  holdFrom(10);
  const message = await announce(federation, id);
  await reached(10);
  await federation.kill('by');
  holdFrom(20);
  lane.release();

  await reached(20);
  // What it had published and the receiver does not have yet goes with it.
  lane.lose();
  await federation.kill('kz');
  holdFrom(30);

  await reached(30);
  await cut('by');
  await cut('kz');
  lane.lose();
  lane.pass = (one) => [one];

  await accepted(message);
  expect(await hashOfDownload(federation, id)).toBe(sha256);
  // Nothing was restarted: parts that were there before the breaks were not served again.
  expect(servedOf(id, 0, 10)).toEqual(Array<number>(10).fill(1));
  expect(Math.min(...servedOf(id, 0, 48))).toBe(1);
  expect(await badParts(id)).toEqual([]);
}, 120_000);

it('altered, cut, swapped, duplicated, lost and foreign parts are noticed, and the file arrives as it was', async () => {
  const { file, sha256 } = await files.make(20 * PART_BYTES + 7);
  const { id } = await upload(federation, file);
  const parts = new Map<number, Part>();
  const flipped = (body: Buffer, at: number): Buffer => {
    const copy = Buffer.from(body);
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
    return copy;
  };
  const hostile: Readonly<Record<number, (one: Part) => readonly Part[] | undefined>> = {
    1: (one) => [{ ...one, body: flipped(one.body, 700_000) }],
    2: (one) => [one, one, one],
    3: () => [],
    // Comes after its successor.
    4: () => [],
    5: (one) => [one, ...[parts.get(4)].flatMap((part) => part ?? [])],
    6: (one) => [{ ...one, body: one.body.subarray(0, -1) }],
    7: (one) => [{ ...one, body: Buffer.alloc(0) }],
    8: (one) => [{ ...one, body: Buffer.concat([one.body, Buffer.from('x')]) }],
    // The bytes of one part in the place of another: both are authentic.
    9: (one) => [{ ...one, body: parts.get(2)?.body ?? Buffer.alloc(0) }],
    // Behind the end, before the beginning, and of another file.
    10: (one) => [
      { ...one, headers: { ...one.headers, part: 21 } },
      { ...one, headers: { ...one.headers, part: 4_000_000_000 } },
      { ...one, headers: { ...one.headers, part: -1 } },
      { ...one, headers: { ...one.headers, attachment: '01890000-0000-7000-8000-000000000000' } },
      { ...one, headers: { ...one.headers, to: 'by-kgb' } },
      one,
    ],
    // The last one, without its last chunk.
    20: (one) => [{ ...one, body: flipped(one.body, 3) }],
  };
  lane.pass = (one, time) => {
    if (time === 1) parts.set(one.part, one);
    return time === 1 ? (hostile[one.part]?.(one) ?? [one]) : [one];
  };
  const message = await announce(federation, id);
  await untilParts(federation, id, 4);
  await expect(hashOfDownload(federation, id)).rejects.toThrow(/409 CONFLICT/);
  await accepted(message);
  expect(await hashOfDownload(federation, id)).toBe(sha256);
  expect(await badParts(id)).toEqual(
    [1, 6, 7, 8, 9, 20].map((part) => `ENVELOPE_ATTACHMENT part ${part}`).sort(),
  );
}, 120_000);

it('a file that is not what its sender declared is rejected, with its message, and not released or kept', async () => {
  const [wrong, right] = [await files.make(2 * PART_BYTES), await files.make(10)];
  const ids = [(await upload(federation, wrong.file)).id, (await upload(federation, right.file)).id];
  const [id = ''] = ids;
  const other = Buffer.alloc(32).toString('base64url');
  await federation.sql('kz', 'UPDATE attachment SET sha256 = $2 WHERE id = $1', [id, other]);
  const message = await announce(federation, ...ids);
  for (const side of [receiver(), federation.api(SENDER, 'officer')]) {
    const { rejection } = await untilStatus(side, message.id, 'rejected');
    expect(rejection?.code).toBe('ENVELOPE_ATTACHMENT');
  }
  for (const one of ids) {
    expect(await received(federation, one)).toMatchObject({ status: 'failed', message: message.id });
    await expect(hashOfDownload(federation, one)).rejects.toThrow(/409 CONFLICT/);
    const stored = join(federation.folderOf('by'), 'attachments', RECEIVER, 'in', `${one}.chunks`);
    await until('no file of it', STEP_MS, () => Promise.resolve(existsSync(stored) ? undefined : true));
  }
});

it('a disk that loses what was verified part by part blames no sender: it is pulled again from there', async () => {
  const { file, sha256 } = await files.make(6 * PART_BYTES);
  const { id } = await upload(federation, file);
  lane.pass = (one) => (one.part < 5 ? [one] : undefined);
  const message = await announce(federation, id);
  await untilParts(federation, id, 5);
  const stored = join(federation.folderOf('by'), 'attachments', RECEIVER, 'in', `${id}.chunks`);
  const bytes = readFileSync(stored);
  bytes.fill(0, 3 * PART_BYTES + 5_000, 3 * PART_BYTES + 6_000);
  writeFileSync(stored, bytes);
  lane.pass = (one) => [one];
  lane.release();
  await accepted(message);
  expect(servedOf(id, 0, 6)).toEqual([1, 1, 1, 2, 2, 2]);
  expect(await hashOfDownload(federation, id)).toBe(sha256);
}, 90_000);

it('two replicas of the receiver take it together without asking twice, and an urgent message overtakes it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  const folder = federation.folderOf('by');
  const configuration = parse(readFileSync(join(folder, 'node.yaml'), 'utf8')) as Record<string, unknown>;
  // With such long pauses that a second request would be a mistake.
  const patient = { ...configuration, resendAfterSeconds: 3600 };
  writeFileSync(join(folder, 'replica.yaml'), stringify({ ...patient, listen: { host: '127.0.0.1', port } }));
  await federation.reconfigure('by', () => patient);
  const replica = await federation.processes.start({
    name: 'by-replica',
    script: GATEWAY,
    args: [join(folder, 'replica.yaml')],
    readyUrl: `http://127.0.0.1:${port}/ready`,
  });
  const { file, sha256 } = await files.make(48 * PART_BYTES);
  const { id } = await upload(federation, file);
  const message = await announce(federation, id);
  await untilParts(federation, id, 1);
  const urgent = await federation.api(SENDER, 'system').post<MessageView>('/v1/messages', spontaneous());
  await accepted(urgent);
  await accepted(message);
  const receipts = await federation.sql<{ id: string }>(
    'by',
    `SELECT text::jsonb->>'id' AS id FROM leaf
     WHERE own = $1 AND peer = $2 AND side = 'own' AND text::jsonb->>'stage' = 'accepted' ORDER BY ep DESC, idx DESC LIMIT 2`,
    [RECEIVER, SENDER],
  );
  expect(receipts.map(({ id: receipted }) => receipted)).toEqual([message.id, urgent.id]);
  expect(servedOf(id, 0, 48)).toEqual(Array<number>(48).fill(1));
  expect(await hashOfDownload(federation, id)).toBe(sha256);
  await replica.stop();
}, 120_000);
