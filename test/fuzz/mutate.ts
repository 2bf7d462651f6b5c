import type { Random } from './random.js';

/** Mutations that know what an envelope is made of: JSON in base64url in JSON. What they leave is often almost right. */

type Json = unknown;

const STRINGS = [
  '',
  'A',
  '=',
  '\u0000',
  '\ud800',
  '\u202e',
  'é',
  'e\u0301',
  '__proto__',
  'constructor',
  'toString',
  'none',
  'HS256',
  'dir',
  'DEF',
  'A'.repeat(43),
  'A'.repeat(9_000),
  '\u{1F4BC}'.repeat(50),
];
const VALUES: readonly (() => Json)[] = [
  () => null,
  () => true,
  () => 0,
  () => -0,
  () => -1,
  () => 1.5,
  () => 1e308,
  () => 2 ** 53,
  () => Number.MAX_SAFE_INTEGER,
  () => [],
  () => ({}),
  () => [[[[[[]]]]]],
  () => Array<Json>(300).fill(0),
];
const MEMBERS = [
  'alg',
  'crit',
  'zip',
  'jwk',
  'x5u',
  'kid',
  'b64',
  'aad',
  'header',
  'proofs',
  '__proto__',
  'role',
  'prev',
];
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const DEEP = 100_000;

/** Of a text that is JSON: in its structure, or in its characters. */
export function mutateJson(random: Random, text: string): string {
  const way = random.below(10);
  if (way < 6) {
    const value = parsed(text);
    if (value !== undefined) return written(random, mutateValue(random, value, 0));
  }
  if (way === 6) return nest(random, text);
  if (way === 7) return duplicateMember(random, text);
  return mutateText(random, text);
}

/** Of bytes that are nothing in particular. */
export function mutateBytes(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let flips = 1 + random.below(4); flips > 0 && copy.length > 0; flips--)
    copy[random.below(copy.length)] = random.below(256);
  if (random.chance(4)) return copy.subarray(0, random.below(copy.length + 1));
  if (random.chance(6)) return Buffer.concat([copy, copy.subarray(random.below(copy.length + 1))]);
  return copy;
}

function mutateValue(random: Random, value: Json, depth: number): Json {
  if (depth > 24 || random.chance(12)) return replaced(random, value);
  if (Array.isArray(value)) return mutateArray(random, value as Json[], depth);
  if (typeof value === 'object' && value !== null) return mutateObject(random, value, depth);
  if (typeof value === 'string') return mutateString(random, value);
  if (typeof value === 'number') return value + random.pick([1, -1, 0.5, 2 ** 40, -value]);
  return replaced(random, value);
}

function mutateArray(random: Random, items: Json[], depth: number): Json[] {
  const way = random.below(8);
  if (items.length === 0 || way === 0) return [...items, replaced(random, items[0])];
  const at = random.below(items.length);
  if (way === 1) return items.filter((_, index) => index !== at);
  if (way === 2) return [...items, items[at]];
  if (way === 3) return [...items].reverse();
  if (way === 4) return Array<Json>(random.pick([5, 33, 300])).fill(items[at]);
  return items.map((item, index) => (index === at ? mutateValue(random, item, depth + 1) : item));
}

function mutateObject(random: Random, object: object, depth: number): Json {
  const entries = Object.entries(object) as [string, Json][];
  const way = random.below(10);
  const at = random.below(Math.max(entries.length, 1));
  if (entries.length === 0 || way === 0)
    return Object.fromEntries([...entries, [random.pick(MEMBERS), replaced(random, '')]]);
  if (way === 1) return Object.fromEntries(entries.filter((_, index) => index !== at));
  if (way === 2) return Object.fromEntries([...entries].reverse());
  if (way === 3) {
    const other = entries[random.below(entries.length)]?.[1];
    return Object.fromEntries(entries.map(([key, value], index) => [key, index === at ? other : value]));
  }
  return Object.fromEntries(
    entries.map(([key, value], index) => [key, index === at ? mutateValue(random, value, depth + 1) : value]),
  );
}

/** A text within: JSON in base64url is mutated as JSON, so that what wraps it still fits. */
function mutateString(random: Random, text: string): string {
  const inner = text.length > 8 ? Buffer.from(text, 'base64url') : undefined;
  if (inner && /^[{[]/.test(inner.toString('latin1')) && !random.chance(5))
    return Buffer.from(mutateJson(random, inner.toString('utf8'))).toString('base64url');
  if (inner && random.chance(2)) return mutateBytes(random, inner).toString('base64url');
  return mutateText(random, text);
}

function mutateText(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  return random.pick([
    () => before + random.pick(STRINGS) + after,
    () => before + BASE64URL.charAt(random.below(BASE64URL.length)) + after.slice(1),
    () => before + after.slice(1 + random.below(8)),
    () => before,
    () => `${text}=`,
    () => text.replaceAll('_', '/').replaceAll('-', '+'),
    () => ` ${text}`,
    () => text.normalize('NFD').toUpperCase(),
    () => random.pick(STRINGS),
  ])();
}

function nest(random: Random, text: string): string {
  const depth = random.pick([2, 31, 33, 1_000, DEEP]);
  return random.pick([
    () => '['.repeat(depth) + text + ']'.repeat(depth),
    () => '{"a":'.repeat(depth) + text + '}'.repeat(depth),
    () => '['.repeat(depth),
    () => text.replace(':', `:${'['.repeat(depth)}${']'.repeat(depth)},"x":`),
  ])();
}

function duplicateMember(random: Random, text: string): string {
  const members = [...text.matchAll(/"(\w+)":("[^"]*"|\d+|null)/g)];
  const found = members.length === 0 ? undefined : random.pick(members);
  if (!found) return mutateText(random, text);
  const [whole] = found;
  return text.slice(0, found.index) + `${whole},${whole}` + text.slice(found.index + whole.length);
}

function replaced(random: Random, value: Json): Json {
  if (random.chance(3)) return random.pick(STRINGS);
  if (random.chance(4)) return [value];
  return random.pick(VALUES)();
}

function written(random: Random, value: Json): string {
  const text = JSON.stringify(value);
  if (random.chance(20)) return JSON.stringify(value, null, 1);
  // JSON.stringify knows no -0, nor what is beyond the safe integers.
  return random.chance(20)
    ? text.replace(/:(\d+)/, random.pick([':-0', ':1e3', ':9007199254740993', ':01']))
    : text;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
