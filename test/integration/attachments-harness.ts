import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../apps/federation/src/until.js';
import { type MessageView, RECEIVER, SENDER, spontaneous } from '../federation/exchange.js';
import { STEP_MS, type TestFederation } from '../federation/harness.js';

export const PART_BYTES = 1024 * 1024;

export interface AttachmentView {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly status: string;
  readonly message: string | null;
  readonly progress: { readonly partsDone: number; readonly partsTotal: number; readonly bytesDone: number };
  readonly failure: string | null;
}

/** Files of a spec in a folder of their own, which `remove` takes away. */
export class SampleFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'valise-attachments-'));

  /** Random bytes, written a piece at a time. @returns the file and its hash */
  async make(bytes: number): Promise<{ readonly file: string; readonly sha256: string }> {
    const file = join(this.folder, `${randomBytes(8).toString('hex')}.bin`);
    const hash = createHash('sha256');
    const handle = await open(file, 'wx');
    for (let left = bytes; left > 0; left -= PART_BYTES) {
      const piece = randomBytes(Math.min(left, PART_BYTES));
      hash.update(piece);
      await handle.write(piece);
    }
    await handle.close();
    return { file, sha256: hash.digest('base64url') };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function upload({ api }: TestFederation, file: string): Promise<AttachmentView> {
  return api(SENDER, 'system').upload<AttachmentView>('/v1/attachments?name=file.bin', file);
}

/** Sends a message that names these attachments. */
export function announce({ api }: TestFederation, ...attachments: string[]): Promise<MessageView> {
  return api(SENDER, 'system').post<MessageView>('/v1/messages', { ...spontaneous(), attachments });
}

export function received({ api }: TestFederation, id: string): Promise<AttachmentView | undefined> {
  return api(RECEIVER, 'officer')
    .get<AttachmentView>(`/v1/attachments/${id}`)
    .catch(() => undefined);
}

/** Waits until the receiver has so many parts. */
export function untilParts(
  federation: TestFederation,
  id: string,
  count: number,
  timeoutMs = STEP_MS,
): Promise<AttachmentView> {
  return until(`${count} parts`, timeoutMs, async () => {
    const attachment = await received(federation, id);
    return attachment && attachment.progress.partsDone >= count ? attachment : undefined;
  });
}

export async function hashOfDownload({ api }: TestFederation, id: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await api(RECEIVER, 'officer').download(`/v1/attachments/${id}/content`))
    hash.update(chunk as Buffer);
  return hash.digest('base64url');
}

/** A process's resident memory in bytes (proc(5)): now, and the most there ever was since it was last reset. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}
