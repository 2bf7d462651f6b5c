import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../apps/cli/src/main.js';
import { mutateBytes, mutateJson } from './mutate.js';
import { Random } from './random.js';

/**
 * Every file that a command reads, mutated: malformed, huge, deep, of wrong types. A command ends with 0 or 1 where the file still is
 * one, and else with 2 and a line that says what is wrong: never with a stack trace, and never by ending the process.
 */
export interface FilesReport {
  readonly seed: number;
  readonly runs: number;
  /** How often each command ended with each code: `certs show 2`. */
  readonly ends: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

interface Door {
  readonly name: string;
  /** The content of a well-formed file of this kind. */
  readonly good: Buffer;
  readonly args: (file: string) => readonly string[];
}

/** Larger than any reader accepts; now and then only, for it takes a while to write. */
const HUGE_BYTES = 40 * 2 ** 20;
const HUGE_ONE_IN = 400;
const NOWHERE = ['--url', 'http://127.0.0.1:9'] as const;

export async function run(seed: number, count: number): Promise<FilesReport> {
  const folder = mkdtempSync(join(tmpdir(), 'valise-fuzz-'));
  const random = new Random(seed);
  const ends: Record<string, number> = {};
  let slowestMs = 0;
  try {
    const doors = await doorsIn(folder);
    const file = join(folder, 'mutated');
    for (let runs = 0; runs < count; runs++) {
      const door = random.pick(doors);
      const content = mutated(random, door.good);
      writeFileSync(file, content, { mode: 0o600 });
      const started = performance.now();
      const ended = await called(door.args(file));
      slowestMs = Math.max(slowestMs, performance.now() - started);
      const fault = faultOf(ended);
      if (fault !== undefined)
        throw new Error(
          `seed ${seed}, ${door.name}: ${fault}: ${ended.said.slice(0, 2_000)}\nfile: ${content.subarray(0, 3_000).toString('base64')}`,
        );
      const key = `${door.name} ${ended.code}`;
      ends[key] = (ends[key] ?? 0) + 1;
    }
    return { seed, runs: count, ends, slowestMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mutated(random: Random, good: Buffer): Buffer {
  if (random.chance(HUGE_ONE_IN)) return Buffer.alloc(HUGE_BYTES, good);
  const text = good.toString('utf8');
  switch (random.below(4)) {
    case 0:
      return mutateBytes(random, good);
    case 1:
      return withLineFault(random, text);
    default:
      return Buffer.from(mutateJson(random, text));
  }
}

/** What people do to files: lines lost, duplicated, swapped, indented; and what YAML makes of them. */
function withLineFault(random: Random, text: string): Buffer {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const other = random.pick([
    [],
    [line, line],
    [`  ${line}`],
    [line.trimStart()],
    [line.replace(/:.*/, ': [')],
    [
      line.replace(
        /: .*/,
        `: ${random.pick(['null', '~', '{}', '-1', '!!binary x', '&a *a', '1e999', '"'])}`,
      ),
    ],
    ['<<: *nobody'],
    [`${line}\u0000`],
  ]);
  return Buffer.from([...lines.slice(0, at), ...other, ...lines.slice(at + 1)].join('\n'));
}

interface Ended {
  readonly code: number;
  /** On standard error. */
  readonly said: string;
}

/** Runs a command in this process, and keeps what it says. */
async function called(args: readonly string[]): Promise<Ended> {
  let said = '';
  const { stdout, stderr } = process;
  const originals = { log: console.log, code: process.exitCode };
  const sink = (keep: boolean) =>
    ((chunk: string | Uint8Array, encoding?: unknown, done?: () => void) => {
      if (keep) said += Buffer.from(chunk as Uint8Array).toString('utf8');
      const callback = typeof encoding === 'function' ? (encoding as () => void) : done;
      callback?.();
      return true;
    }) as typeof stdout.write;
  const listeners = stdout.listeners('error');
  stdout.write = sink(false);
  stderr.write = sink(true);
  console.log = () => undefined;
  process.exitCode = 0;
  try {
    await main(args);
    return { code: process.exitCode, said };
  } finally {
    // Ours hid the stream's own.
    Reflect.deleteProperty(stdout, 'write');
    Reflect.deleteProperty(stderr, 'write');
    console.log = originals.log;
    process.exitCode = originals.code;
    // A command ends with its process, and takes its listeners along.
    for (const listener of stdout.listeners('error'))
      if (!listeners.includes(listener)) stdout.off('error', listener as () => void);
  }
}

function faultOf({ code, said }: Ended): string | undefined {
  if (/^\s+at .*[:(]\d+/m.test(said) || said.includes('VALISE_DEBUG'))
    return 'a fault of ours, not of the file';
  if (![0, 1, 2].includes(code)) return `exit code ${code}`;
  if (code !== 2) return undefined;
  const lines = said.trimEnd().split('\n');
  const isOne = lines.length === 1 || (lines.length === 2 && lines[1]?.startsWith('  what to do: '));
  return isOne && lines[0]?.startsWith('valise: ') ? undefined : 'not one line that says what is wrong';
}

async function doorsIn(folder: string): Promise<Door[]> {
  const at = (name: string): string => join(folder, name);
  const good = (name: string): Buffer => readFileSync(at(name));
  const init = ['--node', 'tj', '--keeper', 'state:TJ', '--authority', 'tj-mvd', '--heads', '--peers', 'kz'];
  await must(['init', 'node', at('node'), ...init, '--partners', 'kz-knb', '--bus-password']);
  const request = { key: at('request.key.pem'), out: at('request.csr.pem') };
  await must(['keys', 'new', request.key]);
  const about = ['--name', 'Office', '--authority', 'tj-mvd', '--role', 'seal'];
  await must(['certs', 'request', '--key', request.key, ...about, '--out', request.out]);
  await must(['certs', 'crl', '--root', at('node/root')]);
  // Nobody listens there: a doctor whose configuration is well-formed ends soon.
  writeFileSync(at('node/database.url'), 'postgres://nobody:x@127.0.0.1:9/none');
  writeFileSync(at('node/bus.url'), 'amqp://tj:x@127.0.0.1:9/valise');
  const pair = (name: string): string[] => [
    '--certificate',
    at(`node/keys/${name}.crt.pem`),
    '--key',
    at(`node/keys/${name}.key.pem`),
  ];
  const seal = pair('tj-mvd.seal');
  const vector = readFileSync('test/vectors/envelope/good-a-message-signed-by-the-head-and-sealed.json');
  const { cases, register } = JSON.parse(readFileSync('test/vectors/decisions/contract.json', 'utf8')) as {
    cases: { input: { action: string } }[];
    register: unknown;
  };
  const few = Buffer.from(JSON.stringify({ register, cases: cases.slice(0, 3) }));
  const input = cases.find((one) => one.input.action === 'send')?.input;
  const arrangement = good('node/arrangements/kz-knb-tj-mvd-2018.yaml');
  const accreditation = {
    id: 'a-1',
    version: 1,
    between: ['kz-knb', 'tj-mvd'],
    under: 'cis-secrets-2013',
    upTo: 'secret',
    from: '2026-01-01',
    until: null,
  };
  const half = Buffer.from(await halfSigned(at('node')));
  const token = at('node/administrator.token');
  const certificate = good('node/keys/tj-mvd.seal.crt.pem');
  return [
    { name: 'decide', good: few, args: (file) => ['decide', file] },
    { name: 'decide --check', good: few, args: (file) => ['decide', file, '--check'] },
    {
      name: 'which',
      good: Buffer.from(JSON.stringify({ register, input })),
      args: (file) => ['which', file],
    },
    { name: 'open', good: vector, args: (file) => ['open', file] },
    {
      name: 'open --trust',
      good: Buffer.from(JSON.stringify((JSON.parse(vector.toString()) as { trust: unknown }).trust)),
      args: (file) => [
        'open',
        at('node/list.yaml'),
        '--keys',
        at('node/keys/tj-mvd.encryption.crt.pem'),
        at('node/keys/tj-mvd.encryption.key.pem'),
        '--trust',
        file,
      ],
    },
    {
      name: 'books list',
      good: good('node/list.yaml'),
      args: (file) => ['books', 'list', file, ...pair('register')],
    },
    { name: 'books arrangement', good: arrangement, args: (file) => ['books', 'arrangement', file, ...seal] },
    {
      name: 'books accreditation',
      good: Buffer.from(JSON.stringify(accreditation)),
      args: (file) => ['books', 'accreditation', file, ...seal],
    },
    { name: 'books cosign', good: half, args: (file) => ['books', 'cosign', file, ...seal] },
    {
      name: 'books submit',
      good: half,
      args: (file) => ['books', 'submit', file, ...NOWHERE, '--token-file', token],
    },
    {
      name: 'api',
      good: arrangement,
      args: (file) => ['api', 'POST', '/v1/x', file, ...NOWHERE, '--token-file', token],
    },
    {
      name: 'bus init --pairs',
      good: Buffer.from('kz tj\nkz kz # itself\n'),
      args: (file) => ['bus', 'init', '--nodes', 'kz,tj', '--print', '--pairs', file],
    },
    { name: 'doctor', good: good('node/node.yaml'), args: (file) => ['doctor', file] },
    {
      name: 'pin',
      good: good('node/node.yaml'),
      args: (file) => ['pin', file, '--keeper', 'state:UZ', '--certificate', at('node/anchors/TJ.pem')],
    },
    { name: 'certs show', good: certificate, args: (file) => ['certs', 'show', file] },
    { name: 'certs show, a request', good: good('request.csr.pem'), args: (file) => ['certs', 'show', file] },
    { name: 'certs show, a list', good: good('node/root/crl.pem'), args: (file) => ['certs', 'show', file] },
    { name: 'certs show, DER', good: derOf(certificate), args: (file) => ['certs', 'show', file] },
    {
      name: 'certs verify',
      good: certificate,
      args: (file) => ['certs', 'verify', file, '--anchor', at('node/anchors/TJ.pem'), '--role', 'seal'],
    },
    {
      name: 'certs issue',
      good: good('request.csr.pem'),
      args: (file) => [
        'certs',
        'issue',
        file,
        '--root',
        at('node/root'),
        '--authority',
        'tj-mvd',
        '--role',
        'seal',
      ],
    },
    {
      name: 'keys show',
      good: good('node/keys/tj-mvd.seal.key.pem'),
      args: (file) => ['keys', 'show', file],
    },
    {
      name: 'keys check',
      good: good('node/keys/tj-mvd.seal.key.pem'),
      args: (file) => ['keys', 'check', file, '--certificate', at('node/keys/tj-mvd.seal.crt.pem')],
    },
  ];
}

async function must(args: readonly string[]): Promise<void> {
  const { code, said } = await called(args);
  if (code !== 0) throw new Error(`valise ${args.join(' ')}: ${said}`);
}

async function halfSigned(node: string): Promise<string> {
  const { signAgreement } = await import('../../apps/cli/src/operations/books.js');
  const { loadCertificate, loadPrivateKey } = await import('#trust');
  const signer = {
    certificate: loadCertificate(join(node, 'keys/tj-mvd.seal.crt.pem')),
    key: loadPrivateKey(join(node, 'keys/tj-mvd.seal.key.pem')),
  };
  const text = readFileSync(join(node, 'arrangements/kz-knb-tj-mvd-2018.yaml'), 'utf8');
  return JSON.stringify(signAgreement('arrangement', text, signer, Date.now()));
}

function derOf(pem: Buffer): Buffer {
  return Buffer.from(pem.toString().replace(/-----[^-]+-----|\s/g, ''), 'base64');
}
