import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { configurationSchema, readConfiguration } from './configuration.js';

const EXAMPLE = 'config/node.example.yaml';
const example = (): Record<string, unknown> =>
  parse(readFileSync(EXAMPLE, 'utf8')) as Record<string, unknown>;

/** Every field of a JSON schema by its path; a list's items count as `[]`. Of one or several, the several are shown; of keys, files. */
function fieldsOf(schema: Node, path = ''): string[] {
  const shown =
    schema.anyOf?.find(({ type }) => type === 'array') ??
    schema.anyOf?.find(({ properties }) => properties?.certificate);
  if (shown) return fieldsOf(shown, path);
  if (schema.items) return fieldsOf(schema.items, `${path}[]`);
  if (!schema.properties) return [path];
  return Object.entries(schema.properties).flatMap(([name, field]) =>
    fieldsOf(field, path === '' ? name : `${path}.${name}`),
  );
}
interface Node {
  readonly properties?: Record<string, Node>;
  readonly items?: Node;
  readonly type?: string;
  readonly anyOf?: readonly Node[];
}

/** Every field of a value in the same notation; a secret's reference is a leaf, as in the schema. */
function pathsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value))
    return value.length === 0 ? [path] : value.flatMap((item) => pathsIn(item, `${path}[]`));
  if (typeof value !== 'object' || value === null || 'file' in value || 'env' in value) return [path];
  return Object.entries(value).flatMap(([name, field]) =>
    pathsIn(field, path === '' ? name : `${path}.${name}`),
  );
}

describe('the example configuration of a node', () => {
  it('is valid as it stands', () => {
    expect(configurationSchema.safeParse(example()).error).toBeUndefined();
  });

  it('shows every field that there is', () => {
    const schema = z.toJSONSchema(configurationSchema, { io: 'input' }) as Node;
    const shown = new Set(pathsIn(example()));
    expect(fieldsOf(schema).filter((field) => !shown.has(field))).toEqual([]);
    expect(fieldsOf(schema)).toContain('bus.tls.ca');
  });

  it('shows defaults as they are', () => {
    const required = new Set([
      'node',
      'listen',
      'database',
      'bus',
      'authorities',
      'anchors',
      'register',
      'attachments',
    ]);
    const shown = example();
    const bare = Object.fromEntries(Object.entries(shown).filter(([name]) => required.has(name)));
    const { database, bus, register, attachments } = bare as Record<string, Record<string, unknown>>;
    delete database?.poolMax;
    delete bus?.prefetch;
    delete register?.ageHoursMax;
    delete register?.statementMinutes;
    delete attachments?.bytesMax;
    const { administratorTokenSha256, restoredAt, ...rest } = configurationSchema.parse(example());
    expect([administratorTokenSha256, restoredAt]).not.toContain(undefined);
    expect(configurationSchema.parse(bare)).toEqual(rest);
  });
});

describe('the configuration of a node', () => {
  it('warns of a revocation list before it refuses by it, or at once', () => {
    const paths = (warnAfterHours: number, refuseAfterHours: number) => {
      const { register, ...rest } = example() as { register: Record<string, unknown> };
      const revocation = { warnAfterHours, refuseAfterHours };
      return configurationSchema
        .safeParse({ ...rest, register: { ...register, revocation } })
        .error?.issues.map(({ path }) => path.join('.'));
    };
    expect([paths(24, 48), paths(48, 48)]).toEqual([undefined, undefined]);
    expect(paths(48.5, 48)).toEqual(['register.revocation.warnAfterHours']);
  });

  it('resolves file names from its own folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'valise-configuration-'));
    try {
      const file = join(folder, 'node.yaml');
      writeFileSync(file, readFileSync(EXAMPLE));
      const configuration = readConfiguration(file);
      expect(configuration.resolve('keys/bus.key.pem')).toBe(join(folder, 'keys/bus.key.pem'));
      expect(configuration.resolve('/etc/key.pem')).toBe('/etc/key.pem');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['an unknown field', { more: 1 }],
    ['a password in the open', { database: { url: 'postgres://user:password@host/valise' } }],
    ['no authority', { authorities: [] }],
    ['an anchor for nobody who keeps a book', { anchors: [{ keeper: 'node:kz', certificate: 'x.pem' }] }],
    ['a level that there is not', { busLevelMax: 'confidential' }],
    ['a token instead of its hash', { administratorTokenSha256: 'vls_x' }],
  ])('refuses %s', (_, changes) => {
    expect(configurationSchema.safeParse({ ...example(), ...changes }).success).toBe(false);
  });
});
