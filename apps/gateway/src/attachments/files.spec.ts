import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHUNK_BYTES, partCount } from '#envelope';
import { AttachmentFiles, PART_BYTES, partVerifies, type StoredFile } from './files.js';

const ID = '01890000-0000-7000-8000-000000000001';
const { signal } = new AbortController();

describe('attachments’ files', () => {
  let folder: string;
  let files: AttachmentFiles;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'valise-files-'));
    files = new AttachmentFiles(folder);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function* pieces(plaintext: Buffer, size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < plaintext.length; at += size)
      yield Promise.resolve(plaintext.subarray(at, at + size));
  }
  const write = (plaintext: Buffer, size = 10_000) => files.write('kz', ID, pieces(plaintext, size));
  async function read(stored: StoredFile, direction: 'in' | 'out', range?: { first: number; last: number }) {
    const chunks: Buffer[] = [];
    for await (const chunk of await files.read('kz', direction, ID, stored, range)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  /** Carries every part to the other side of the same node. */
  async function carry(stored: StoredFile): Promise<void> {
    for (let part = 0; part < partCount(stored.bytes); part++) {
      const ciphertext = await files.readPart('kz', 'out', ID, part);
      expect(partVerifies(stored, part, ciphertext)).toBe(true);
      await files.writePart('kz', ID, part, ciphertext);
    }
  }

  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, PART_BYTES, 2 * PART_BYTES + 3])(
    'of %d bytes come back whole and in ranges, and are checked',
    async (bytes) => {
      const plaintext = randomBytes(bytes);
      const stored = await write(plaintext);
      expect(stored).toMatchObject({
        bytes,
        sha256: createHash('sha256').update(plaintext).digest('base64url'),
      });
      await carry(stored);
      expect((await read(stored, 'in')).equals(plaintext)).toBe(true);
      for (const first of [0, CHUNK_BYTES - 1, CHUNK_BYTES, PART_BYTES + 7].filter((at) => at < bytes))
        for (const last of [first, CHUNK_BYTES, PART_BYTES, bytes - 1].filter(
          (at) => at >= first && at < bytes,
        ))
          expect(
            (await read(stored, 'in', { first, last })).equals(plaintext.subarray(first, last + 1)),
          ).toBe(true);
      expect(await files.check('kz', ID, stored, signal)).toEqual({ is: 'whole' });
      expect(await files.check('kz', ID, { ...stored, sha256: 'x' }, signal)).toEqual({ is: 'other' });
      expect(readdirSync(join(folder, 'kz', 'partial'))).toEqual([]);
    },
  );

  it('that changed on the disk, or are gone, are known from their first bad part on', async () => {
    const stored = await write(randomBytes(3 * PART_BYTES));
    await carry(stored);
    const path = join(folder, 'kz', 'in', `${ID}.chunks`);
    const good = readFileSync(path);
    writeFileSync(path, good.subarray(0, 2 * PART_BYTES));
    expect(await files.check('kz', ID, stored, signal)).toEqual({ is: 'altered', part: 1 });
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(100) ^ 1, 100);
    writeFileSync(path, bad);
    expect(await files.check('kz', ID, stored, signal)).toEqual({ is: 'altered', part: 0 });
    await expect(read(stored, 'in')).rejects.toMatchObject({ code: 'ENVELOPE_ATTACHMENT' });
    await files.remove('kz', 'in', ID);
    expect(await files.check('kz', ID, stored, signal)).toEqual({ is: 'altered', part: 0 });
    await expect(read(stored, 'in')).rejects.toMatchObject({ code: 'ATTACHMENT_UNAVAILABLE' });
  });

  (existsSync('/dev/full') ? it : it.skip)(
    'that the disk has no room for leave nothing behind (needs /dev/full)',
    async () => {
      for (const name of ['in', 'partial']) {
        mkdirSync(join(folder, 'kz', name), { recursive: true });
        symlinkSync('/dev/full', join(folder, 'kz', name, `${ID}.chunks`));
      }
      await expect(write(randomBytes(PART_BYTES))).rejects.toMatchObject({ code: 'STORAGE_FULL' });
      expect(readdirSync(join(folder, 'kz', 'partial'))).toEqual([]);
      expect(readdirSync(join(folder, 'kz', 'out'))).toEqual([]);
      await expect(files.writePart('kz', ID, 0, Buffer.alloc(100))).rejects.toMatchObject({
        code: 'STORAGE_FULL',
      });
    },
  );

  it('whose plaintext breaks off leave nothing behind', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Promise.resolve(randomBytes(PART_BYTES));
      throw new Error('the connection broke');
    }
    await expect(files.write('kz', ID, broken())).rejects.toThrow('the connection broke');
    const ending = new AbortController();
    async function* endless(): AsyncGenerator<Buffer> {
      yield Promise.resolve(randomBytes(PART_BYTES));
      ending.abort(new Error('it stalled'));
      await new Promise(() => undefined);
    }
    await expect(files.write('kz', ID, endless(), ending.signal)).rejects.toThrow('it stalled');
    for (const name of ['out', 'partial']) expect(readdirSync(join(folder, 'kz', name))).toEqual([]);
  });
});
