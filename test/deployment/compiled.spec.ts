import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A bundle as the build makes it, with its identity at the end, and what V8 compiled of it beside. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'valise-compiled-'));
  copyFileSync('apps/cli/bin/compiled.mjs', join(folder, 'compiled.mjs'));
  bundle('one', 'a');
  expect(loader("keepCompiled('service')")).toMatchObject({ status: 0 });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const bundle = (answer: string, identity: string): void => {
  const code = `const answer = '${answer}'; exports.run = () => ({ answer, separator: require('node:path').sep });`;
  writeFileSync(join(folder, 'service.cjs'), `${code}\n// ${identity.repeat(64)}`);
};

/** In a process of its own: damaged code could take ours along. */
const loader = (call: string, ...options: string[]) => {
  const url = JSON.stringify(join(folder, 'compiled.mjs'));
  const program = `const { load, keepCompiled } = await import(${url}); console.log(JSON.stringify(await ${call}));`;
  const ran = spawnSync(process.execPath, [...options, '--input-type=module', '--eval', program]);
  return {
    status: ran.status,
    signal: ran.signal,
    said: ran.stdout.toString().trim(),
    err: ran.stderr.toString(),
  };
};
const answers = (answer: string) => ({
  status: 0,
  signal: null,
  said: JSON.stringify({ answer, separator: '/' }),
  err: '',
});

describe('a service that is loaded', () => {
  it('runs what V8 kept of its bundle', () => {
    expect(loader("load('service').run()")).toEqual(answers('one'));
    // The same identity and length with other contents: only what was kept can still say the former.
    bundle('two', 'a');
    expect(loader("load('service').run()")).toEqual(answers('one'));
  });

  it('takes nothing that was kept of another bundle, be it as long', () => {
    bundle('two', 'b');
    expect(loader("load('service').run()")).toEqual(answers('two'));
  });

  it('is compiled again where what was kept is damaged, cut or gone', () => {
    const file = join(folder, 'service.v8');
    const kept = readFileSync(file);
    const damaged = Buffer.from(kept);
    damaged.fill(0xff, kept.length / 2, kept.length / 2 + 200);
    for (const content of [damaged, kept.subarray(0, 70), Buffer.alloc(0)]) {
      writeFileSync(file, content);
      expect(loader("load('service').run()")).toEqual(answers('one'));
    }
    rmSync(file);
    expect(loader("load('service').run()")).toEqual(answers('one'));
  });

  it('is loaded by Node.js itself where its stack traces should name sources', () => {
    bundle('two', 'a');
    expect(loader("load('service').run()", '--enable-source-maps')).toEqual(answers('two'));
  });
});
