import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '#core';
import { runValise } from '../../testing/run.js';

interface Expected {
  readonly code?: string;
  readonly kind?: string;
  readonly proofs?: object[];
}

interface Vector {
  readonly recipients: { certificate: string; key: string }[];
  readonly trust: unknown;
  readonly deliveries: { envelope: { text: string }; expect: Expected | { each: Expected[] } }[];
}

const FOLDER = 'test/vectors/envelope';
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Vector;
const GOOD = 'good-a-message-with-a-consent.json';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'valise-open-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** `valise open …` as the command line runs it. */
const run = (...args: string[]) => runValise('open', ...args);
const put = (name: string, content: string, mode = 0o600) => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  return path;
};
const pem = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;

/** The parts of a vector as files, as somebody has them who received an envelope. */
function parts(name = GOOD, keyMode = 0o600) {
  const { recipients, trust, deliveries } = read(name);
  return {
    envelope: put('envelope', deliveries[0]?.envelope.text ?? ''),
    certificate: put('by.crt.pem', pem(recipients[0]?.certificate ?? ''), 0o644),
    key: put(`by.${keyMode}.key.pem`, recipients[0]?.key ?? '', keyMode),
    trust: put('trust.json', JSON.stringify(trust)),
  };
}
const at = ['--at', '2026-06-01T00:00:00Z'];

describe('valise open', () => {
  it.each(FILES)('%s', async (name) => {
    const { deliveries } = read(name);
    const { code, stdout, stderr } = await run(join(FOLDER, name));
    const expected = deliveries.flatMap((one) => ('each' in one.expect ? one.expect.each : [one.expect]));
    const lines = stdout.split('\n').slice(0, -1);
    const refused = expected.findIndex((one) => one.code !== undefined);
    if (refused >= 0) {
      // What stands before it in the same envelope was shown.
      expect({ code, shown: lines.length }).toEqual({ code: 1, shown: refused });
      expect(stderr).toMatch(new RegExp(`^valise: ${expected[refused]?.code ?? ''}: [^\n]+\n$`));
      return;
    }
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines).toHaveLength(expected.length);
    for (const [index, line] of lines.entries()) {
      const shown = JSON.parse(line) as { D?: string };
      expect(canonicalJson(shown)).toBe(line);
      expect(shown).toMatchObject(expected[index] ?? {});
    }
  });

  it('opens an envelope with keys and trust from files', async () => {
    const { envelope, certificate, key, trust } = parts();
    const opened = await run(envelope, '--keys', certificate, key, '--trust', trust, ...at);
    expect(opened).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(opened.stdout)).toMatchObject({
      payload: { from: 'kz-knb' },
      officers: [{ role: 'head' }],
      proofs: [{ typ: 'valise-consent+jws', signers: [{}, {}, {}] }],
    });
  });

  it('judges for the instant it is given: certificates that were valid then may not be today', async () => {
    const vector = join(FOLDER, GOOD);
    expect(await run(vector, '--at', '2029-01-01T00:00:00Z')).toMatchObject({ code: 1 });
    expect((await run(vector, '--at', '2029-01-01T00:00:00Z')).stderr).toContain('CERTIFICATE_PATH');
    expect((await run(vector, '--at', '2026-12-01T00:00:00Z')).stderr).toContain('REPLAY');
  });

  it('never shows the keys of attachments', async () => {
    const { stdout } = await run(join(FOLDER, 'good-a-message-with-an-attachment.json'));
    expect(stdout).toContain('.pdf');
    expect(stdout).not.toContain('"key"');
  });

  it('does not use a key that others can read', async () => {
    const { envelope, certificate, key, trust } = parts(GOOD, 0o644);
    const { code, stderr } = await run(envelope, '--keys', certificate, key, '--trust', trust, ...at);
    expect(code).toBe(1);
    expect(stderr).toMatch(/mode 644[^]*chmod 600/);
  });

  it.each<[string, () => string[], RegExp]>([
    ['a file that is not there', () => ['nowhere.json'], /cannot read nowhere.json/],
    ['a folder', () => [FOLDER], /cannot read/],
    ['a vector that is not JSON', () => [put('a', '{')], /\$: /],
    ['a vector with something missing', () => [put('b', '{"name":"x"}')], /\$\.\w+: is missing/],
    [
      'a certificate that is none',
      () => [put('c', readFileSync(join(FOLDER, GOOD), 'utf8').replace(/"root": "[^"]+/, '"root": "AAAA'))],
      /\$\.trust\[0\]\.root: /,
    ],
    ['keys without trust', () => [parts().envelope, '--keys', parts().key], /--keys and --trust/],
    [
      'a certificate without its key',
      () => [parts().envelope, '--keys', parts().certificate, '--trust', parts().trust],
      /private key/,
    ],
    ['an instant that is none', () => [join(FOLDER, GOOD), '--at', 'yesterday'], /instant/],
    ['no file', () => [], /missing required argument/],
  ])('says with exit code 2 what it cannot read: %s', async (_, args, told) => {
    const { code, stdout, stderr } = await run(...args());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(told);
  });
});
