import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { until } from '../../apps/federation/src/until.js';
import { type MessageView, RECEIVER, request, SENDER, untilStatus, walk } from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import {
  announce,
  type AttachmentView,
  PART_BYTES,
  received,
  SampleFiles,
  upload,
} from './attachments-harness.js';

const SHARE_BYTES = 5 * PART_BYTES;
const limits = {
  bytesMax: 3 * PART_BYTES,
  unsentBytesMax: SHARE_BYTES,
  stallSeconds: 1,
  unsentHours: 1,
};

let federation: TestFederation;
let token: string;
const files = new SampleFiles();

beforeAll(async () => {
  const quick = (node: object) => ({
    resendAfterSeconds: 1,
    attachments: { folder: 'attachments', ...node },
  });
  federation = await testFederation('attachments', {
    nodes: ['kz', 'by'],
    overrides: { kz: quick(limits), by: quick({}) },
  });
  token = (await federation.issue('kz', 'officer', SENDER)).token;
}, 120_000);

afterAll(async () => {
  files.remove();
  await federation.stop();
});

const officer = () => federation.api(SENDER, 'officer');
const discard = (id: string) => send('DELETE', `/v1/attachments/${id}`);
const folder = (node: string, authority: string, name: string) =>
  join(federation.folderOf(node), 'attachments', authority, name);
const stored = (node: string, authority: string, direction: string, id: string) =>
  join(folder(node, authority, direction), `${id}.chunks`);
const filesOf = (name: string): string[] => readdirSync(folder('kz', SENDER, name)).sort();
const uploads = () => walk<AttachmentView>(officer(), '/v1/attachments?direction=out');

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Whether all that was announced came. */
  readonly complete: boolean;
}

/** A request by hand: bodies that break off, ranges, answers before the end of what is sent. */
function send(
  method: string,
  path: string,
  headers: Record<string, string | number> = {},
  act: (request: ClientRequest) => void = (request) => request.end(),
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      `${federation.urlOf('kz')}${path}`,
      { method, headers: { authorization: `Bearer ${token}`, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => undefined);
        response.on('close', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
            complete: response.complete,
          });
        });
      },
    );
    request.on('error', reject);
    act(request);
  });
}
const post = (headers: Record<string, string | number>, act: (request: ClientRequest) => void) =>
  send('POST', '/v1/attachments?name=x.bin', { 'content-type': 'application/octet-stream', ...headers }, act);
const codeOf = ({ body }: Answer): unknown => (JSON.parse(body.toString()) as { code: unknown }).code;

describe('uploads', () => {
  let before: string[];
  beforeEach(async () => {
    for (const { id, status } of await uploads()) if (status === 'ready') await discard(id);
    mkdirSync(folder('kz', SENDER, 'out'), { recursive: true });
    mkdirSync(folder('kz', SENDER, 'partial'), { recursive: true });
    before = filesOf('out');
  });
  const expectNothingKept = async (): Promise<void> => {
    await until('no half upload', STEP_MS, () =>
      Promise.resolve(filesOf('partial').length === 0 ? true : undefined),
    );
    expect(filesOf('out')).toEqual(before);
    expect((await uploads()).filter(({ status }) => status === 'ready')).toEqual([]);
  };

  it('over the limit are refused with an answer, before they come and while they come', async () => {
    const declared = await post({ 'content-length': 4 * PART_BYTES }, (request) => {
      request.write(Buffer.alloc(10));
    });
    expect([declared.status, codeOf(declared)]).toEqual([413, 'INPUT_TOO_LARGE']);
    const undeclared = await post({ 'transfer-encoding': 'chunked' }, (request) => {
      for (let piece = 0; piece < 16; piece++) request.write(randomBytes(PART_BYTES / 4));
    });
    expect([undeclared.status, codeOf(undeclared)]).toEqual([413, 'INPUT_TOO_LARGE']);
    await expectNothingKept();
  });

  it('over the authority’s quota are refused until some are deleted or named', async () => {
    const { file } = await files.make(2 * PART_BYTES);
    const [first, second] = [await upload(federation, file), await upload(federation, file)];
    const third = await post({ 'content-length': 2 * PART_BYTES }, (request) => {
      request.end(Buffer.alloc(2 * PART_BYTES));
    });
    expect([third.status, codeOf(third)]).toEqual([507, 'STORAGE_FULL']);
    expect((await discard(first.id)).status).toBe(204);
    expect((await discard(first.id)).status).toBe(404);
    await upload(federation, file);
    await officer().post('/v1/messages', { ...request(), attachments: [second.id] });
    const named = await discard(second.id);
    expect([named.status, codeOf(named)]).toEqual([409, 'CONFLICT']);
    await upload(federation, file);
  });

  it('that stall are ended with an answer, and those that break off without; nothing of them is kept', async () => {
    const stalled = await post({ 'content-length': PART_BYTES }, (request) => {
      request.write(Buffer.alloc(1000));
    });
    expect([stalled.status, codeOf(stalled)]).toEqual([408, 'INPUT_TIMEOUT']);
    const broken = post({ 'content-length': PART_BYTES }, (request) => {
      request.write(Buffer.alloc(200_000), () => {
        void until('it has begun', STEP_MS, () =>
          Promise.resolve(filesOf('partial').length > 0 ? true : undefined),
        ).then(() => request.destroy());
      });
    });
    await expect(broken).rejects.toThrow('socket hang up');
    await expectNothingKept();
  });

  it('that no message names are deleted after their time, and so is what a killed gateway left of one', async () => {
    const { file } = await files.make(10);
    const [old, recent] = [await upload(federation, file), await upload(federation, file)];
    await federation.sql(
      'kz',
      `UPDATE attachment SET unnamed_since = now() - interval '61 minutes' WHERE id = $1`,
      [old.id],
    );
    const orphan = '01890000-0000-7000-8000-000000000009';
    const anHourAgo = new Date(Date.now() - 3_700_000);
    for (const path of [
      join(folder('kz', SENDER, 'partial'), 'left.chunks'),
      stored('kz', SENDER, 'out', orphan),
    ]) {
      writeFileSync(path, 'x');
      utimesSync(path, anHourAgo, anHourAgo);
    }
    await federation.kill('kz');
    expect(filesOf('partial')).toEqual([]);
    await until('the old one gone', STEP_MS, () => {
      const names = filesOf('out');
      return Promise.resolve(
        [old.id, orphan].some((id) => names.includes(`${id}.chunks`)) ? undefined : true,
      );
    });
    expect(filesOf('out')).toContain(`${recent.id}.chunks`);
    expect((await uploads()).map(({ id }) => id)).not.toContain(old.id);
    await discard(recent.id);
  });
});

describe('downloads', () => {
  const plaintext = randomBytes(2 * PART_BYTES + 99);
  const sha256 = createHash('sha256').update(plaintext).digest('base64url');
  let id: string;
  const content = (headers: Record<string, string> = {}, method = 'GET') =>
    send(method, `/v1/attachments/${id}/content`, headers);

  beforeAll(async () => {
    const file = join(files.folder, 'plain.bin');
    writeFileSync(file, plaintext);
    id = (await upload(federation, file)).id;
  });

  it('are whole, or the range that is asked for, of the same file', async () => {
    const whole = await content();
    expect([whole.status, whole.complete, whole.body.equals(plaintext)]).toEqual([200, true, true]);
    const digest = createHash('sha256').update(plaintext).digest('base64');
    expect(whole.headers).toMatchObject({
      etag: `"${sha256}"`,
      'accept-ranges': 'bytes',
      'content-length': String(plaintext.length),
      'repr-digest': `sha-256=:${digest}:`,
    });
    const part = await content({ range: 'bytes=1000000-', 'if-range': `"${sha256}"` });
    expect([part.status, part.body.equals(plaintext.subarray(1_000_000))]).toEqual([206, true]);
    expect(part.headers['content-range']).toBe(`bytes 1000000-${plaintext.length - 1}/${plaintext.length}`);
    const other = await content({ range: 'bytes=1000000-', 'if-range': '"another"' });
    expect([other.status, other.body.length]).toEqual([200, plaintext.length]);
    const behind = await content({ range: `bytes=${plaintext.length}-` });
    expect([behind.status, behind.headers['content-range']]).toEqual([416, `bytes */${plaintext.length}`]);
    const head = await content({}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([
      200,
      String(plaintext.length),
      0,
    ]);
  });

  it('of bytes that changed on the disk after they were verified are cut off, never ended', async () => {
    const path = stored('kz', SENDER, 'out', id);
    const good = readFileSync(path);
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(bad.length - 50) ^ 1, bad.length - 50);
    for (const [bytes, begun] of [
      [bad, plaintext.length - 99],
      [good.subarray(0, -1), plaintext.length - 99],
      [good.subarray(0, PART_BYTES), PART_BYTES - 65_536],
    ] as const) {
      writeFileSync(path, bytes);
      for (const range of [{}, { range: 'bytes=5-' }]) {
        const { status, complete, body } = await content(range);
        expect(status === 200 || status === 206).toBe(true);
        expect(complete).toBe(false);
        // What came before is authentic.
        expect(plaintext.includes(body)).toBe(true);
        expect(body.length).toBeLessThanOrEqual(begun);
      }
    }
    rmSync(path);
    expect((await content()).status).toBe(503);
    writeFileSync(path, good);
    expect((await content()).complete).toBe(true);
  });
});

it('lists are paged, newest first, with progress and the message that names each', async () => {
  const { file } = await files.make(PART_BYTES + 1);
  const { id } = await upload(federation, file);
  const message = await announce(federation, id);
  await untilStatus(federation.api(RECEIVER, 'officer'), message.id, 'accepted');
  const all = await uploads();
  expect(await walk<AttachmentView>(officer(), '/v1/attachments?direction=out', 2)).toEqual(all);
  expect(all[0]).toMatchObject({ id, status: 'announced', message: message.id });
  expect(await walk(officer(), '/v1/attachments?status=verified')).toEqual([]);
  const there = await walk<AttachmentView>(
    federation.api(RECEIVER, 'auditor'),
    '/v1/attachments?status=verified',
  );
  expect(there[0]).toEqual(await received(federation, id));
  expect(there[0]).toMatchObject({
    id,
    direction: 'in',
    message: message.id,
    progress: { partsDone: 2, partsTotal: 2, bytesDone: PART_BYTES + 1 },
  });
  const details = await federation
    .api(RECEIVER, 'officer')
    .get<MessageView & { attachments: AttachmentView[] }>(`/v1/messages/${message.id}`);
  expect(details.attachments).toEqual(there.slice(0, 1));
});

it('a message names its attachments in any order', async () => {
  const uploaded: string[] = [];
  for (const bytes of [10, 20]) uploaded.push((await upload(federation, (await files.make(bytes)).file)).id);
  const message = await announce(federation, ...uploaded.reverse());
  await untilStatus(federation.api(RECEIVER, 'officer'), message.id, 'accepted');
});

it('with the disk nearly full nothing is pulled, and pulling goes on by itself when there is room', async () => {
  const attachments = { folder: 'attachments', freeBytesMin: 1024 ** 4 };
  await federation.reconfigure('by', (configuration) => ({ ...configuration, attachments }));
  const { file } = await files.make(10);
  const { id } = await upload(federation, file);
  const message = await announce(federation, id);
  const waiting = await until('a reason why it waits', STEP_MS, async () => {
    const attachment = await received(federation, id);
    return attachment?.failure ? attachment : undefined;
  });
  expect(waiting).toMatchObject({ status: 'pulling', progress: { partsDone: 0 } });
  expect(waiting.failure).toContain('disk is full');
  await federation.reconfigure('by', (configuration) => ({
    ...configuration,
    attachments: { folder: 'attachments' },
  }));
  await untilStatus(federation.api(RECEIVER, 'officer'), message.id, 'accepted');
  expect(await received(federation, id)).toMatchObject({ status: 'verified', failure: null });
});
