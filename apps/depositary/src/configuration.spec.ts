import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { configurationSchema, readConfiguration } from './configuration.js';

const EXAMPLE = 'config/depositary.example.yaml';
const example = (): Record<string, unknown> =>
  parse(readFileSync(EXAMPLE, 'utf8')) as Record<string, unknown>;

describe('the configuration', () => {
  it('that operators start from is valid, also with what it shows in comments', () => {
    expect(configurationSchema.safeParse(example()).error).toBeUndefined();
    const all = readFileSync(EXAMPLE, 'utf8').replace(
      /^( {2})# (tls:| {2}\w+:|passphrase:|chain:)/gm,
      '$1$2',
    );
    const parsed = configurationSchema.parse(parse(all));
    expect(parsed.bus.tls).toBeDefined();
    expect(parsed.signing).toMatchObject({ passphrase: {}, chain: ['intermediate.pem'] });
  });

  it('names files from its own folder and takes secrets from the environment', () => {
    const file = join(tmpdir(), `depositary-${process.pid}.yaml`);
    writeFileSync(file, readFileSync(EXAMPLE));
    process.env.DEPOSITARY_DATABASE_URL = 'postgres://database';
    process.env.DEPOSITARY_BUS_URL = 'amqp://bus';
    try {
      const configuration = readConfiguration(file);
      expect(configuration.database.url).toBe('postgres://database');
      expect(configuration.bus).toEqual({ url: 'amqp://bus' });
      expect(configuration.signing.key).toBe(join(tmpdir(), 'keys/register.key.pem'));
      expect(configuration.anchors[0]?.certificate).toBe(join(tmpdir(), 'anchors/kz-root.pem'));
    } finally {
      delete process.env.DEPOSITARY_DATABASE_URL;
      delete process.env.DEPOSITARY_BUS_URL;
      rmSync(file);
    }
  });

  it.each([
    ['an unknown field', { more: 1 }],
    ['a secret in the open', { database: { url: 'postgres://user:password@host/depositary' } }],
    ['an anchor for a depositary', { anchors: [{ keeper: 'depositary:CIS', certificate: 'x.pem' }] }],
    ['two anchors for one keeper', { anchors: Array(2).fill({ keeper: 'state:KZ', certificate: 'x.pem' }) }],
    ['a node named twice', { peers: ['kz', 'kz'] }],
    ['itself as a peer', { peers: ['cis-depositary'] }],
    ['a node that no bus can name', { node: 'CIS' }],
    ['no statements', { statementEveryMinutes: 0 }],
  ])('refuses %s', (_, changes) => {
    expect(configurationSchema.safeParse({ ...example(), ...changes }).success).toBe(false);
  });
});
