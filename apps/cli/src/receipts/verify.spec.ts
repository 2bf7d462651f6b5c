import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '#core';
import { runValise } from '../../testing/run.js';

interface Vector {
  readonly at: string;
  readonly trust: unknown;
  readonly receipt: string;
  readonly message: Record<string, string | number>;
  readonly expect: { readonly code?: string; readonly content?: object; readonly index?: number };
}

const FOLDER = 'test/vectors/ledger';
const FILES = readdirSync(FOLDER).filter((name) => /^receipt-.*\.json$/.test(name));
const GOOD = join(FOLDER, 'receipt-good-accepted.json');
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Vector;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'valise-receipt-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** `valise receipt verify …` as the command line runs it. */
const run = (...args: string[]) => runValise('receipt', 'verify', ...args);
const put = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** The parts of a vector as files, as somebody has them who sent the message. */
function parts(change: (message: Record<string, unknown>) => object = (message) => message) {
  const { receipt, trust, message, at } = read(GOOD);
  const { ep, iat, ...rest } = message;
  const shown = { ...rest, epoch: ep, sentAt: new Date(Number(iat) * 1000).toISOString(), status: 'sent' };
  return {
    receipt: put('receipt.json', receipt),
    trust: ['--trust', put('trust.json', JSON.stringify(trust)), '--at', at],
    message: ['--message', put('message.json', JSON.stringify(change(shown)))],
  };
}

describe('valise receipt verify', () => {
  it.each(FILES)('%s', async (name) => {
    const { expect: expected } = read(join(FOLDER, name));
    const { code, stdout, stderr } = await run(join(FOLDER, name));
    if (expected.code !== undefined) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^valise: ${expected.code}: [^\n]+\n$`));
      return;
    }
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const shown = JSON.parse(stdout) as object;
    expect(`${canonicalJson(shown)}\n`).toBe(stdout);
    expect(shown).toMatchObject({ receipt: expected.content, log: { index: expected.index } });
  });

  it('judges a receipt alone, and with the message that it should be for', async () => {
    const { receipt, trust, message } = parts();
    for (const about of [[], message]) {
      const { code, stdout, stderr } = await run(receipt, ...trust, ...about);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        receipt: { kind: 'received', stage: 'accepted' },
        log: { of: 'by-mvd', for: 'kz-knb', index: 7, size: 24 },
        sealed: { by: ['by-mvd'] },
      });
    }
  });

  it('refuses one for another message', async () => {
    const { receipt, trust, message } = parts((shown) => ({ ...shown, n: 8 }));
    const { code, stderr } = await run(receipt, ...trust, ...message);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^valise: RECEIPT_UNKNOWN: /);
  });

  it('judges for the instant that it is given', async () => {
    const { code, stderr } = await run(GOOD, '--at', '2029-01-01T00:00:00Z');
    expect(code).toBe(1);
    expect(stderr).toContain('CERTIFICATE_PATH');
  });

  it.each<[string, () => string[], RegExp]>([
    ['a file that is not there', () => ['nowhere.json'], /cannot read nowhere.json/],
    ['a receipt without anything to trust', () => [parts().receipt], /--list and --root, or --trust/],
    ['a list without its root', () => [parts().receipt, '--list', GOOD], /--list and --root go together/],
    [
      'a list that nobody signed',
      () => [parts().receipt, '--list', GOOD, '--root', GOOD],
      /receipt-good-accepted/,
    ],
    ['a message without a number', () => [...args((shown) => ({ ...shown, n: null }))], /--message\.n: /],
    ['a vector that is not JSON', () => [put('a', '{')], /\$: /],
    ['an instant that is none', () => [GOOD, '--at', 'yesterday'], /--at/],
    ['no file', () => [], /missing required argument/],
  ])('exits with 2 for %s', async (_, given, problem) => {
    const { code, stdout, stderr } = await run(...given());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(problem);
  });

  function args(change: (message: Record<string, unknown>) => object): string[] {
    const { receipt, trust, message } = parts(change);
    return [receipt, ...trust, ...message];
  }
});
