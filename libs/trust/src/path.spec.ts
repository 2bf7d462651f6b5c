import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AT } from '../testing/chains.js';
import { CASES, loneRoot, plainChain, type Chain } from '../testing/path-cases.js';
import { parseCrl, validatePath, type PathQuestion, type Role } from './index.js';

function questionOf({ root, middle, leaf, crls }: Chain, role: Role): PathQuestion {
  return {
    leaf: leaf.certificate,
    intermediates: middle.map(({ certificate }) => certificate),
    root: root.certificate,
    crls: crls?.map((pem) => parseCrl(pem)),
    at: AT,
    role,
  };
}

describe('validatePath', () => {
  it.each(CASES)('%s: %s', async (_name, ours, _openssl, build, role = 'seal') => {
    const answer = validatePath(questionOf(await build(), role));
    expect(answer).toMatchObject(ours === 'ok' ? { ok: true } : { ok: false, code: ours });
  });

  it('judges by the instant it is given', async () => {
    const question = questionOf(await plainChain(), 'seal');
    const on = (day: string) => validatePath({ ...question, at: new Date(day) }).ok;
    expect([on('2025-12-31T23:59:59Z'), on('2026-01-01T00:00:00Z')]).toEqual([false, true]);
    expect([on('2028-01-01T00:00:00Z'), on('2028-01-01T00:00:01Z')]).toEqual([true, false]);
  });

  it('looks at sixteen intermediates, in their order', async () => {
    const question = questionOf(await plainChain(), 'seal');
    const [right] = question.intermediates ?? [];
    if (right === undefined) throw new Error('there is an intermediate');
    const behind = (count: number) =>
      validatePath({
        ...question,
        intermediates: [...Array.from({ length: count }, () => question.root), right],
      }).ok;
    expect([behind(15), behind(16)]).toEqual([true, false]);
  });

  it('does not trust the root as a leaf of itself', async () => {
    expect(validatePath(questionOf(await loneRoot(), 'seal'))).toMatchObject({ ok: false });
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;
if (!openssl) process.stderr.write('openssl is absent: the comparison with `openssl verify` is skipped\n');

(openssl ? describe : describe.skip)('beside openssl verify', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'valise-path-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(CASES)('%s (ours: %s, openssl: %s)', async (_name, ours, theirs, build, role = 'seal') => {
    const made = await build();
    const accepts = opensslAccepts(folder, made);
    expect(accepts).toBe(theirs === 'accepts');
    // The rule behind the table: what OpenSSL refuses, we refuse.
    if (!accepts) expect(validatePath(questionOf(made, role)).ok).toBe(false);
    if (ours === 'ok') expect(accepts).toBe(true);
  });
});

function opensslAccepts(folder: string, { root, middle, leaf, crls }: Chain): boolean {
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const lists = crls === undefined ? [] : ['-crl_check_all', '-CRLfile', put('crls.pem', crls.join(''))];
  const between =
    middle.length === 0
      ? []
      : ['-untrusted', put('middle.pem', middle.map((m) => m.certificate.pem).join(''))];
  const time = String(Math.floor(AT.getTime() / 1000));
  const trusted = ['-CAfile', put('root.pem', root.certificate.pem)];
  try {
    execFileSync(
      'openssl',
      [
        'verify',
        '-x509_strict',
        '-auth_level',
        '2',
        '-attime',
        time,
        ...trusted,
        ...lists,
        ...between,
        put('leaf.pem', leaf.certificate.pem),
      ],
      { stdio: 'pipe' },
    );
    return true;
  } catch {
    return false;
  }
}
