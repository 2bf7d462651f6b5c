import { existsSync } from 'node:fs';
import { RECEIVER, untilStatus } from '../federation/exchange.js';
import { testFederation, type TestFederation } from '../federation/harness.js';
import { announce, hashOfDownload, memoryOf, SampleFiles, upload } from './attachments-harness.js';

const MEBIBYTE = 1024 * 1024;
/** `VALISE_ATTACHMENT_MIB=2048` measures the largest that a node takes by default. */
const BYTES = Number(process.env.VALISE_ATTACHMENT_MIB ?? 256) * MEBIBYTE;
const GROWTH_MAX = 100 * MEBIBYTE;
const TRANSFER_MS = 60_000 + BYTES / 1_000;

let federation: TestFederation;
const files = new SampleFiles();

beforeAll(async () => {
  federation = await testFederation('attmemory', { nodes: ['kz', 'by'] });
}, 120_000);

afterAll(async () => {
  files.remove();
  await federation.stop();
});

const pidOf = (node: string): number =>
  federation.processes
    .all()
    .find(({ name }) => name === node)
    ?.pid() ?? 0;

(existsSync('/proc/self/status') ? it : it.skip)(
  'a large attachment takes neither side more memory than a small one (needs Linux’s /proc)',
  async () => {
    const memory = () => ({ kz: memoryOf(pidOf('kz')), by: memoryOf(pidOf('by')) });
    const lines: string[] = [];
    const step = async (title: string, act: () => Promise<void>): Promise<void> => {
      const started = Date.now();
      await act();
      const seconds = (Date.now() - started) / 1000;
      const { kz, by } = memory();
      const mib = (bytes: number): string => (bytes / MEBIBYTE).toFixed(0);
      lines.push(
        `${title}: ${seconds.toFixed(1)} s, ${(BYTES / MEBIBYTE / seconds).toFixed(0)} MiB/s; peak kz ${mib(kz.peak)} MiB, by ${mib(by.peak)} MiB`,
      );
    };
    // A message has gone once, so that what is loaded only then is loaded.
    const small = await files.make(1);
    const first = await announce(federation, (await upload(federation, small.file)).id);
    await untilStatus(federation.api(RECEIVER, 'officer'), first.id, 'accepted');
    const before = memory();

    const { file, sha256 } = await files.make(BYTES);
    let id = '';
    await step('upload', async () => {
      const uploaded = await upload(federation, file);
      expect(uploaded.sha256).toBe(sha256);
      id = uploaded.id;
    });
    await step('transfer', async () => {
      const message = await announce(federation, id);
      await untilStatus(federation.api(RECEIVER, 'officer'), message.id, 'accepted', TRANSFER_MS);
    });
    await step('download', async () => {
      expect(await hashOfDownload(federation, id)).toBe(sha256);
    });
    const after = memory();
    process.stderr.write(
      `before: kz ${(before.kz.peak / MEBIBYTE).toFixed(0)} MiB, by ${(before.by.peak / MEBIBYTE).toFixed(0)} MiB\n${lines.join('\n')}\n`,
    );
    expect(after.kz.peak - before.kz.peak).toBeLessThan(GROWTH_MAX);
    expect(after.by.peak - before.by.peak).toBeLessThan(GROWTH_MAX);
  },
  2 * TRANSFER_MS,
);
