import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Type } from '@nestjs/common';
import { MESSAGE_TYPES } from '#treaties';
import { ApiModule } from '../../apps/gateway/src/api/api.module.js';
import { newMessage } from '../../apps/gateway/src/api/schemas.js';
import { type Document, documentOf } from './document.js';

const run = promisify(execFile);
const TOOLS = {
  redocly: 'node_modules/@redocly/cli/bin/cli.js',
  spectral: 'node_modules/@stoplight/spectral-cli/dist/index.js',
  types: 'node_modules/openapi-typescript/bin/cli.js',
  tsc: 'node_modules/typescript-native/bin/tsc',
};
/** Neither tool asks the network for a newer version of itself, or tells anybody that it ran. */
const ENV = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' };

let folder: string;
let file: string;
let document: Document;

/** Runs a tool; what it has to say is the failure's message. */
async function tool(name: keyof typeof TOOLS, ...args: string[]): Promise<void> {
  try {
    await run(process.execPath, [resolve(TOOLS[name]), ...args], { cwd: folder, env: ENV });
  } catch (thrown) {
    const { stdout, stderr } = thrown as { stdout?: string; stderr?: string };
    throw new Error(`${name}: ${stdout ?? ''}${stderr ?? ''}`);
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valise-openapi-'));
  file = join(folder, 'openapi.json');
  document = await documentOf(Reflect.getMetadata('controllers', ApiModule) as Type[], 'Valise gateway');
  writeFileSync(file, JSON.stringify(document));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const operations = () => Object.values(document.paths).flatMap((path) => Object.values(path));

describe('the OpenAPI document', () => {
  it('is valid for Redocly', () => tool('redocly', 'lint', '--max-problems=20', file));

  it('is valid for Spectral, without a warning', async () => {
    const rules = { extends: ['spectral:oas'], rules: { 'info-contact': 'off' } };
    writeFileSync(join(folder, '.spectral.json'), JSON.stringify(rules));
    await tool('spectral', 'lint', file, '--ruleset', join(folder, '.spectral.json'), '--fail-severity=warn');
  });

  it('makes a client that compiles, in which what is optional is optional', async () => {
    await tool('types', file, '--output', join(folder, 'api.d.ts'));
    copyFileSync('test/openapi/client.ts.txt', join(folder, 'client.ts'));
    await tool(
      'tsc',
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--types',
      '',
      join(folder, 'client.ts'),
    );
  });

  it('says of every refusal that it is problem details, of every operation who may call, and of two that anybody may', () => {
    for (const { responses } of operations())
      for (const [status, { content }] of Object.entries(responses))
        if (status === '4XX' || status === '5XX')
          expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
    const texts = operations().map(({ description }) => description);
    expect(texts.filter((text) => text === 'Needs no token.')).toHaveLength(2);
    for (const text of texts) expect(text).toMatch(/Needs no token\.|For a token of: [a-z]/);
  });

  it('shows a real request for every type of message that is taken', () => {
    const { examples = {} } =
      document.paths['/v1/messages']?.post?.requestBody?.content['application/json'] ?? {};
    for (const { value } of Object.values(examples))
      expect(newMessage.safeParse(value).error).toBeUndefined();
    const proven = ['consent-answer', 'consent-revocation', 'restriction', 'recall'];
    expect(Object.keys(examples)).toEqual(MESSAGE_TYPES.filter((type) => !proven.includes(type)));
  });
});
