import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { compileRegister, decide, decisionFileSchema } from '#policy';
import { decideFile } from './decide.js';
import { decisionLine } from './decision-line.js';
import { Output } from './output.js';

const contract = readFileSync(
  new URL('../../../../test/vectors/decisions/contract.json', import.meta.url),
  'utf8',
);
const { register, cases } = decisionFileSchema.parse(JSON.parse(contract));
const send = cases.find(({ input }) => input.action === 'send');
if (send?.input.action !== 'send') throw new Error('the contract has no message to send');
const { input } = send;
const registerText = JSON.stringify(register);
const caseText = JSON.stringify(send);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'valise-decide-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function run(text: string | Buffer, check = false) {
  const file = join(folder, 'input.json');
  writeFileSync(file, text);
  let out = '';
  const told: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      out += chunk.toString();
      done();
    },
  });
  const lines = () => out.split('\n').slice(0, -1);
  try {
    const exit = await decideFile(file, check, new Output(stream), (line) => told.push(line));
    return { exit, told, lines: lines() };
  } catch (error) {
    return { error: error as Error, told, lines: lines() };
  }
}

const fileOf = (...texts: string[]): string => `{"register":${registerText},"cases":[${texts.join(',')}]}`;
const changed = (change: object): string => JSON.stringify({ ...send, ...change });
const asking = (change: object): string => changed({ input: { ...input, ...change } });
const saying = (change: object): string => asking({ message: { ...input.message, ...change } });

it('writes a line as JSON.stringify would', () => {
  const compiled = compileRegister(register);
  for (const { id, input } of cases) {
    const decision = decide(compiled, input);
    expect(decisionLine(id, decision)).toBe(JSON.stringify({ id, ...decision }));
  }
});

describe('--check', () => {
  it('passes every vector of the contract', async () => {
    expect(await run(contract, true)).toEqual({
      exit: 0,
      told: [],
      lines: [`${cases.length} passed, 0 failed`],
    });
  });

  it('prints what is not as expected in full, on lines that nothing in the file can forge', async () => {
    const forged = changed({
      id: 'f\n9 passed, 0 failed',
      why: 'a\nb',
      expect: { outcome: 'off-bus', cites: ['x#1\n1 passed, 0 failed'] },
    });
    const { exit, lines } = await run(fileOf(forged, caseText), true);
    expect(exit).toBe(1);
    expect(lines).toEqual([
      'FAILED "f\\n9 passed, 0 failed": a\\nb',
      expect.stringMatching(/^ {2}outcome: expected off-bus, got /),
      '  cites: x#1 1 passed, 0 failed is missing',
      expect.stringMatching(/^ {2}\{"id":"f\\n9 passed, 0 failed","outcome":/),
      '1 passed, 1 failed',
    ]);
  });

  it('counts what nothing is expected of as neither, and says so', async () => {
    const { exit, told, lines } = await run(
      fileOf(changed({ id: 'a', expect: undefined }), changed({ id: 'b', expect: { cites: [] } }), caseText),
      true,
    );
    expect({ exit, told, lines }).toEqual({
      exit: 0,
      told: ['2 of 3 cases expect nothing: neither passed nor failed'],
      lines: ['1 passed, 0 failed'],
    });
  });

  it.each([
    ['no case', fileOf()],
    ['no case with an expectation', fileOf(changed({ expect: {} }))],
  ])('is no success with %s', async (_, text) => {
    const { exit, told } = await run(text, true);
    expect([exit, told.at(-1)]).toEqual([2, '$.cases: no case expects anything, so nothing was checked']);
  });
});

it('says that an empty list decides nothing', async () => {
  expect(await run(fileOf())).toEqual({
    exit: 0,
    told: ['$.cases: the list is empty, so nothing was decided'],
    lines: [],
  });
});

it('decides the cases in their order before a malformed one', async () => {
  const { error, lines } = await run(fileOf(changed({ id: 'a' }), changed({ id: 'b' }), '{}', caseText));
  expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['a', 'b']);
  expect(error?.message).toBe('$.cases[2].id: is missing');
});

it('decides the same with the register behind the cases', async () => {
  const behind = await run(`{"cases":[${caseText}],"register":${registerText}}`);
  expect(behind).toEqual(await run(fileOf(caseText)));
  expect(behind.lines).toHaveLength(1);
});

describe('malformed input is one line that names the path:', () => {
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const good = fileOf(caseText);
  it.each<[string, string | Buffer, string]>([
    ['nothing', '', '$: the input is empty'],
    ['white space', ' \n', '$: the input ends too early, after 2 bytes'],
    ['a list', '[]', '$: expected an object, found "[" at byte 0'],
    ['a byte order mark', `\ufeff${good}`, '$: the input begins with a byte order mark or is not UTF-8'],
    ['UTF-16', Buffer.from(good, 'utf16le'), '$: expected a key in quotes, found "\\u0000" at byte 1'],
    ['a comment', '{/* */}', '$: expected a key in quotes, found "/" at byte 1'],
    ['a file cut in a case', good.slice(0, -9), '$.cases[0]: the input ends too early, after '],
    ['a file cut after a case', good.slice(0, -2), '$.cases[1]: the input ends too early, after '],
    [
      'a file cut in the register',
      '{"register":{"events":[',
      '$.register: the input ends too early, after 23 bytes',
    ],
    [
      'more after the end',
      `${good}x`,
      `$: something follows the last brace, at byte ${Buffer.byteLength(good)}`,
    ],
    ['no register', `{"cases":[${caseText}]}`, '$.register: is missing'],
    ['no cases', `{"register":${registerText}}`, '$.cases: is missing'],
    ['another list', `{"register":${registerText},"tests":[]}`, '$.tests: unknown field'],
    ['a second register', `{"register":${registerText},"register":{}}`, '$.register: occurs twice'],
    ['cases that are no list', `{"register":${registerText},"cases":{}}`, '$.cases: expected a list'],
    ['a register that is none', '{"register":true,"cases":[]}', '$.register: Invalid input: expected object'],
    ['a date that is none', good.replace('"on":"', '"on":"x'), '$.register.events[0].on: not a date'],
    ['a comma too many', fileOf(caseText, ''), '$.cases[1]: expected a value, found "]"'],
    [
      'a comma too few',
      fileOf(`${caseText}{}`),
      '$.cases[1]: expected a comma or the end of the list, found "{"',
    ],
    [
      'a bracket for a brace',
      fileOf(caseText.replace(/}$/, ']')),
      '$.cases[0]: not JSON: found ] where } was to come',
    ],
    [
      'NaN',
      fileOf(saying({ urgent: 0 }).replace('"urgent":0', '"urgent":NaN')),
      "$.cases[0]: not JSON: Unexpected token 'N'",
    ],
    [
      'a number beyond all',
      fileOf(saying({ urgent: 0 }).replace('"urgent":0', '"urgent":1e400')),
      '$.cases[0].input.message.urgent: Invalid input: expected boolean, received Infinity',
    ],
    ['a control character', fileOf('{"id":"\u0001"}'), '$.cases[0]: not JSON: Bad control character'],
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from('{"register":{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}}')]),
      '$.register: not UTF-8',
    ],
    [
      'a case that is not an object',
      fileOf('5'),
      '$.cases[0]: Invalid input: expected object, received number',
    ],
    ['no id', fileOf(changed({ id: undefined })), '$.cases[0].id: is missing'],
    ['an id twice', fileOf(caseText, caseText), '$.cases[1].id: an earlier case has this id'],
    [
      'a key twice',
      fileOf(caseText.replace('"urgent":', '"urgent":true,"urgent":')),
      '$.cases[0].input.message.urgent: occurs twice',
    ],
    ['an unknown field', fileOf(saying({ colour: 'red' })), '$.cases[0].input.message.colour: unknown field'],
    [
      'an unknown field with a name to hide behind',
      fileOf(changed({ 'a\u001b[2J\n': 1 })),
      '$.cases[0]["a\\u001b[2J\\n"]: unknown field',
    ],
    ['a prototype', fileOf(caseText.replace('{', '{"__proto__":{},')), '$.cases[0].__proto__: unknown field'],
    [
      'a level that is none',
      fileOf(saying({ level: 'cosmic' })),
      '$.cases[0].input.message.level: Invalid option: expected one of "open"',
    ],
    [
      'an offence that is none',
      fileOf(saying({ offence: {} })),
      '$.cases[0].input.message.offence: Invalid input: expected string or array',
    ],
    [
      'a signer that is none',
      fileOf(saying({ signatures: [{ by: 'king' }] })),
      '$.cases[0].input.message.signatures[0].by: Invalid option',
    ],
    [
      'an action that is none',
      fileOf(asking({ action: 'fly' })),
      "$.cases[0].input.action: Invalid discriminator value. Expected 'in-force'",
    ],
    [
      'a month that is none',
      fileOf(asking({ at: '2026-13-01T00:00:00Z' })),
      '$.cases[0].input.at: not an ISO 8601 instant in UTC',
    ],
    [
      'an outcome that is none',
      fileOf(changed({ expect: { outcome: 'maybe' } })),
      '$.cases[0].expect.outcome: Invalid option',
    ],
    ['a case too deep', fileOf(nested(33)), '$.cases[0]: nested deeper than 32'],
    ['ten megabytes of brackets', fileOf('['.repeat(10_000_000)), '$.cases[0]: nested deeper than 32'],
    [
      'a case too long',
      fileOf(JSON.stringify({ id: 'x'.repeat(1_050_000) })),
      '$.cases[0]: longer than 1048576 bytes',
    ],
    ['a key too long', `{"${'k'.repeat(2000)}":1}`, '$: longer than 1024 bytes'],
    [
      'a register of too many values',
      `{"register":[${'[],'.repeat(1_000_001)}[]],"cases":[]}`,
      '$.register: more than 2000000 values',
    ],
  ])('%s', async (_, text, message) => {
    const { error } = await run(text);
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining(message) });
    expect(error?.message.indexOf(message)).toBe(0);
    expect(error?.message).toMatch(/^\P{Cc}+$/u);
  });

  it('a file that is not there, and a folder', async () => {
    const decided = (file: string) => decideFile(file, false, new Output(new Writable()), () => undefined);
    await expect(decided(join(folder, 'none'))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(decided(folder)).rejects.toThrow(`cannot read ${folder}: it is a folder`);
  });
});
