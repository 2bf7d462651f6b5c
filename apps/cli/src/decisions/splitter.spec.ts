import fc from 'fast-check';
import { readJson } from './json-text.js';
import { readDecisionFile } from './read.js';
import type { Input } from './input.js';

/** What a reader gets of a text that comes in pieces of the given sizes, the memory of each used again for the next. */
async function read(bytes: Buffer, sizes: readonly number[]) {
  const pieces = (function* () {
    const memory = Buffer.alloc(Math.max(...sizes));
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = Math.min(sizes[turn % sizes.length] ?? 1, bytes.length - at);
      bytes.copy(memory, 0, at, at + size);
      yield memory.subarray(0, size);
      at += size;
    }
  })();
  const kept: Buffer[] = [];
  const input: Input = {
    chunks: asynchronous(pieces),
    keep: () =>
      Promise.resolve({
        write: (chunk) => Promise.resolve(void kept.push(Buffer.from(chunk))),
        read: () => asynchronous(kept),
        close: () => Promise.resolve(),
      }),
    close: () => Promise.resolve(),
  };
  const got: unknown[] = [];
  await readDecisionFile(input, {
    register: (text) => void got.push({ register: readJson(text) }),
    case: (text, index) => void got.push({ index, value: readJson(text) }),
    pause: () => Promise.resolve(),
  });
  return got;
}

async function* asynchronous<T>(list: Iterable<T>): AsyncGenerator<T> {
  for (const one of list) yield await Promise.resolve(one);
}

const json = fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const spaces = fc.constantFrom('', ' ', '\n', '\r\n\t ');
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe('a decision file in pieces', () => {
  it('gives the register first and then every case in order, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.array(json, { maxLength: 6 }),
        spaces,
        sizes,
        fc.boolean(),
        async (register, cases, s, cut, last) => {
          const list = `[${s}${cases.map((value) => JSON.stringify(value, null, s.length)).join(`${s},${s}`)}${s}]`;
          const parts = [`"register"${s}:${s}${JSON.stringify(register)}`, `"\\u0063ases":${s}${list}`];
          if (last) parts.reverse();
          const got = await read(Buffer.from(`${s}{${s}${parts.join(`${s},${s}`)}${s}}${s}`), cut);
          expect(got).toEqual([{ register }, ...cases.map((value, index) => ({ index, value }))]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses whatever JSON.parse refuses, and nothing else', async () => {
    const good = '{"register":{"a":[1,"\\"}]"]},"cases":[{"x":null},[{}],"s",-1.5e3]}';
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length),
        fc.constantFrom(...['', '{', '}', '[', ']', '"', ',', ':', '\\', ' ', '0', 'a', 'e', '\u0001', 'é']),
        fc.nat(2),
        sizes,
        async (at, change, removed, cut) => {
          const text = good.slice(0, at) + change + good.slice(at + removed);
          let parsed: unknown;
          try {
            parsed = JSON.parse(text);
          } catch {
            await expect(read(Buffer.from(text), cut)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
            return;
          }
          const outcome = await read(Buffer.from(text), cut).catch((error: unknown) => error);
          if (outcome instanceof Error)
            expect(outcome.message).toMatch(
              /^\$.*: (unknown field|occurs twice|is missing|expected (a list|an object))/,
            );
          else {
            const { register, cases } = parsed as { register: unknown; cases: unknown[] };
            expect(outcome).toEqual([{ register }, ...cases.map((value, index) => ({ index, value }))]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds a duplicate key by its path, however it is spelled', async () => {
    const inside = (text: string) => read(Buffer.from(`{"register":{},"cases":[1,${text}]}`), [7]);
    await expect(inside('{"a":[{},{"b":1,"c":{"b":2},"\\u0062":3}]}')).rejects.toThrow(
      '$.cases[1].a[1].b: occurs twice',
    );
    await expect(inside('{"__proto__":1,"__proto__":2}')).rejects.toThrow(
      '$.cases[1].__proto__: occurs twice',
    );
    await expect(inside('{"a":"b\\":","b":"a"}')).resolves.toHaveLength(3);
  });
});
