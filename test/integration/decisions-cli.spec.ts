import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';

/** `valise decide`, `which` and `explain` as processes: what a shell, a script or another program sees of them. */
const VALISE = resolve('apps/cli/bin/valise.mjs');
/** A clone that was changed since its last build is built first, which is not what is tested here. */
const BUILDING = /^building \d+ of \d+ files\n/m;
const CONTRACT = resolve('test/vectors/decisions/contract.json');
interface Case {
  readonly id: string;
  readonly input: { readonly action: string };
  readonly expect: object;
}
const { register, cases } = JSON.parse(readFileSync(CONTRACT, 'utf8')) as { register: object; cases: Case[] };
const registerText = JSON.stringify(register);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'valise-decisions-'));
});
/** A test that fails half-way leaves a command waiting for the rest of its input. */
const started = new Set<ReturnType<typeof spawn>>();
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const fileOf = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};

function start(args: readonly string[], options: { heapMegabytes?: number; temporary?: string } = {}) {
  const heap = options.heapMegabytes === undefined ? [] : [`--max-old-space-size=${options.heapMegabytes}`];
  const child = spawn(process.execPath, [...heap, VALISE, ...args], {
    env: { ...process.env, ...(options.temporary && { TMPDIR: options.temporary }) },
  });
  started.add(child);
  child.once('close', () => started.delete(child));
  // It may end before it has read all input.
  child.stdin.on('error', () => undefined);
  return child;
}

async function valise(args: readonly string[], stdin = '', options: Parameters<typeof start>[1] = {}) {
  const child = start(args, options);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: out.split('\n').slice(0, -1), err: err.replace(BUILDING, '') };
}

/** Writes as fast as the command reads. */
async function feed(child: ReturnType<typeof start>, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) if (!child.stdin.write(piece)) await once(child.stdin, 'drain');
}

const PIECE = 200;
/** So many cases of the contract, each with an id of its own, in pieces of many. */
function* manyCases(count: number): Generator<string> {
  const rest = cases.map((one) => JSON.stringify({ ...one, id: undefined }).slice(1));
  for (let n = 0; n < count; n += PIECE) {
    const ids = Array.from({ length: Math.min(PIECE, count - n) }, (_, index) => n + index);
    const piece = ids.map((id) => `{"id":"case-${id}",${rest[id % rest.length] ?? ''}`);
    yield `${n === 0 ? '' : ','}${piece.join(',')}`;
  }
}

describe('valise decide', () => {
  it('passes every vector of the contract', async () => {
    expect(await valise(['decide', CONTRACT, '--check'])).toEqual({
      code: 0,
      lines: ['221 passed, 0 failed'],
      err: '',
    });
  });

  it('prints a decision for each case in order, from a file and from standard input alike', async () => {
    const [file, piped] = await Promise.all([
      valise(['decide', CONTRACT]),
      valise(['decide', '-'], readFileSync(CONTRACT, 'utf8')),
    ]);
    expect(piped).toEqual(file);
    expect(file).toMatchObject({ code: 0, err: '' });
    const decisions = file.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(decisions.map(({ id }) => id)).toEqual(cases.map(({ id }) => id));
    for (const decision of decisions)
      expect(Object.keys(decision)).toEqual(['id', 'outcome', 'findings', 'consentFrom', 'obligations']);
  });

  it('fails on an expectation turned round, and prints it in full', async () => {
    const turned = cases.map((one, n) =>
      n === 7 ? { ...one, expect: { outcome: 'off-bus', cites: ['x#1'] } } : one,
    );
    const { code, lines } = await valise(
      ['decide', '-', '--check'],
      JSON.stringify({ register, cases: turned }),
    );
    expect(code).toBe(1);
    expect(lines).toEqual([
      expect.stringMatching(`^FAILED "${cases[7]?.id ?? ''}"`),
      expect.stringMatching(/^ {2}outcome: expected off-bus, got /),
      '  cites: x#1 is missing',
      expect.stringMatching(/^ {2}\{"id":/),
      '220 passed, 1 failed',
    ]);
  });

  it.each<[string, string, string]>([
    [
      'an unknown field',
      JSON.stringify({ register, cases: [{ ...cases[0], colour: 1 }] }),
      '$.cases[0].colour: unknown field',
    ],
    [
      'a file that is cut',
      `{"register":${registerText.slice(0, 100)}`,
      '$.register: the input ends too early',
    ],
    [
      'ten megabytes of nested lists',
      `{"register":${registerText},"cases":[${'['.repeat(10_000_000)}`,
      '$.cases[0]: nested deeper than 32',
    ],
    [
      'no cases to check',
      JSON.stringify({ register, cases: [] }),
      '$.cases: no case expects anything, so nothing was checked',
    ],
  ])('ends with 2 and one line on %s', async (_, text, message) => {
    const { code, err } = await valise(['decide', '-', '--check'], text, { heapMegabytes: 48 });
    expect([code, err.startsWith(`valise: ${message}`), err.split('\n').length]).toEqual([2, true, 2]);
  });

  it('ends with 2 without a file, and with a file that is not there', async () => {
    const [none, missing] = await Promise.all([
      valise(['decide']),
      valise(['decide', join(folder, 'none.json')]),
    ]);
    expect([none.code, missing.code]).toEqual([2, 2]);
    expect(missing.err).toMatch(/^valise: cannot read .*none\.json: ENOENT.*\n$/);
  });

  it('takes a file many times larger than its memory', async () => {
    const child = start(['decide', '-', '--check'], { heapMegabytes: 32 });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await feed(child, [`{"register":${registerText},"cases":[`]);
    await feed(child, manyCases(40_000));
    const peak = peakMegabytes(child.pid);
    child.stdin.end(']}');
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, out]).toEqual([0, '40000 passed, 0 failed\n']);
    if (peak !== undefined) expect(peak).toBeLessThan(200);
  });

  it('takes a register that comes last, and leaves nothing of what it kept meanwhile', async () => {
    const temporary = mkdtempSync(join(folder, 'tmp-'));
    const child = start(['decide', '-', '--check'], { heapMegabytes: 48, temporary });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await feed(child, ['{"cases":[', ...manyCases(5_000)]);
    // Not even its name is there while it is in use.
    expect(readdirSync(temporary)).toEqual([]);
    child.stdin.end(`],"register":${registerText}}`);
    const [code] = (await once(child, 'close')) as [number | null];
    expect([code, out]).toEqual([0, '5000 passed, 0 failed\n']);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('ends silently when its reader has read enough', async () => {
    const file = fileOf(
      'many.json',
      `{"register":${registerText},"cases":[${[...manyCases(2_000)].join('')}]}`,
    );
    const child = start(['decide', file]);
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect({ code, signal, err: err.replace(BUILDING, '') }).toEqual({ code: 0, signal: null, err: '' });
  });

  it('gives everything to a reader that takes it piece by piece', async () => {
    const file = fileOf(
      'slow.json',
      `{"register":${registerText},"cases":[${[...manyCases(3_000)].join('')}]}`,
    );
    const child = start(['decide', file], { heapMegabytes: 48 });
    let lines = 0;
    let last = '';
    child.stdout.setEncoding('utf8');
    // Each piece is asked for only when the one before has been counted.
    for await (const text of child.stdout as AsyncIterable<string>) {
      lines += text.split('\n').length - 1;
      last = `${last}${text}`.slice(-200);
    }
    await finished(child.stderr.resume());
    expect(lines).toBe(3_000);
    expect(last).toMatch(/\]\}\n$/);
  });
});

describe('valise which', () => {
  const message = {
    ...{ type: 'request', urgent: false, language: 'ru', level: 'open', form: null, offence: null },
    ...{ contents: [], signatures: [{ by: 'head' }, { seal: 'authority' }], grounds: null, refusal: null },
    ...{ nexus: null, releaseDecision: null },
  };
  const own = {
    ...{ form: '5.b', offence: ['3.1.a'], nexus: 'citizen' },
    contents: ['6.3.a', '6.3.b', '6.3.c', '6.3.d', '6.3.e', '6.3.g'],
  };
  const input = {
    ...{ action: 'send', at: '2026-03-10T09:00:00Z', from: 'kz-knb', to: 'by-kgb', channel: 'bus' },
    ...{ message, case: null, under: { 'cis-it-crime-2018': own } },
  };

  it('names every instrument of exchange, the one that carries the message first', async () => {
    const file = fileOf('intended.json', { register, input });
    const [json, text] = await Promise.all([valise(['which', file, '--json']), valise(['which', file])]);
    const answer = json.lines.map((line) => JSON.parse(line) as { instrument: string; outcome: string });
    expect(answer.map(({ instrument, outcome }) => `${instrument} ${outcome}`)).toEqual([
      'cis-it-crime-2018 permit',
      'csto-infosphere-2014 deny',
      'cis-infosec-2013 deny',
      'cis-counterterror-2017 deny',
    ]);
    expect(text.lines[0]).toBe('1. cis-it-crime-2018: permit');
    expect([json.code, text.code]).toEqual([0, 0]);
    const russian = await valise(['which', file, '--lang', 'ru']);
    expect(russian.lines[0]).toBe('1. cis-it-crime-2018: допустимо');
    expect(russian.lines.join()).toMatch(/недопустимо/);
    expect(russian.lines.join()).not.toMatch(/deny|отказ/i);
  });

  it.each<[string, object, string]>([
    [
      'a field that is unknown',
      { register, input: { ...input, colour: 'red' } },
      '$.input.colour: unknown field',
    ],
    [
      'an instrument that is unknown',
      { register, input: { ...input, under: { x: {} } } },
      '$.input.under.x: unknown field',
    ],
    ['a register that is missing', { input }, '$.register: is missing'],
  ])('ends with 2 and one line on %s', async (_, content, message) => {
    const { code, lines, err } = await valise(['which', '-'], JSON.stringify(content));
    expect({ code, lines, err }).toEqual({ code: 2, lines: [], err: `valise: ${message}\n` });
  });
});

describe('valise explain', () => {
  it('lists the instruments with their days', async () => {
    const { code, lines } = await valise(['explain']);
    expect(code).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(/^cis-it-crime-2018 +2018-09-28 – +Agreement on /));
  });

  it('prints an article’s own words, its rules, and why there are none', async () => {
    const [rules, none, json] = await Promise.all([
      valise(['explain', 'cis-it-crime-2018#6.3.b', '--lang', 'all']),
      valise(['explain', 'cis-it-crime-2018#2.2']),
      valise(['explain', 'cis-it-crime-2018#6.3', '--json']),
    ]);
    expect(rules.lines).toEqual(
      expect.arrayContaining([
        '  ru: изложение существа дела;',
        '  deny (explicit)  send: content.unmet (request, standing-request, confirmation)',
        '    en: The request lacks: the substance of the case.',
      ]),
    );
    expect(none.lines).toContain('  not machine-decidable');
    expect(json.lines.map((line) => (JSON.parse(line) as { article: string }).article)).toEqual(
      ['', '.a', '.b', '.c', '.d', '.e', '.f', '.g'].map((letter) => `6.3${letter}`),
    );
  });

  it.each([
    ['cis-trade-1994', 'there is no instrument "cis-trade-1994"; known: cis-it-crime-2018, '],
    ['cis-it-crime-2018#99', 'there is no article "99" of cis-it-crime-2018; known: 1, 2, 3'],
    ['cis-it-crime-2018#6.9', 'there is no article "6.9" of cis-it-crime-2018; known: 6, 6.1, 6.2'],
  ])('ends with 2 on %s, naming what there is', async (citation, message) => {
    const { code, err } = await valise(['explain', citation]);
    expect([code, err.startsWith(`valise: ${message}`), err.split('\n').length]).toEqual([2, true, 2]);
  });
});

/** The most memory that a process has had; undefined where the system does not tell. */
function peakMegabytes(pid: number | undefined): number | undefined {
  const status = `/proc/${pid ?? ''}/status`;
  if (!existsSync(status)) return undefined;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
