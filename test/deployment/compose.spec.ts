import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

/**
 * compose-spec.schema.json is schema/compose-spec.json of https://github.com/compose-spec/compose-spec at commit
 * 170098ba07d9f53c383a41bfd4c5166b0a4529a6, Apache-2.0.
 */
const schema = JSON.parse(readFileSync('test/deployment/compose-spec.schema.json', 'utf8')) as Record<
  string,
  unknown
>;
// Ajv knows draft 7 under its http: name only.
const validate = new Ajv({ strict: false, allErrors: true }).compile({
  ...schema,
  $schema: 'http://json-schema.org/draft-07/schema#',
});

interface Service {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string };
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[] | Record<string, unknown>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
}
interface Compose {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, unknown>;
  readonly networks: Record<string, unknown>;
  readonly secrets: Record<string, unknown>;
}
const text = readFileSync('docker-compose.yml', 'utf8');
const compose = (): Compose => parse(text, { merge: true }) as Compose;
const services = Object.entries(compose().services);

describe('docker-compose.yml', () => {
  it('is valid by the Compose specification’s own schema', () => {
    validate(compose());
    expect(validate.errors ?? []).toEqual([]);
  });

  it('would not be valid with a misspelt field', () => {
    const misspelt = parse(text.replace('restart:', 'restrat:'), { merge: true }) as Compose;
    expect(validate(misspelt)).toBe(false);
  });

  it.each(services)('declares what %s uses', (_, { volumes = [], networks = [], secrets = [], build }) => {
    const named = volumes.map((volume) => volume.split(':')[0] ?? '').filter((name) => !name.startsWith('.'));
    expect(Object.keys(compose().volumes)).toEqual(expect.arrayContaining(named));
    const nets = Array.isArray(networks) ? (networks as string[]) : Object.keys(networks);
    expect(Object.keys(compose().networks)).toEqual(expect.arrayContaining(nets));
    expect(Object.keys(compose().secrets)).toEqual(expect.arrayContaining([...secrets]));
    for (const volume of volumes.filter((name) => name.startsWith('./config/')))
      expect([volume, existsSync(volume.split(':')[0] ?? '')]).toEqual([volume, true]);
    if (build) expect(existsSync(build.dockerfile)).toBe(true);
  });

  it.each(services)('names a version of the image of %s', (_, { image = '' }) => {
    expect(image).toMatch(/:[\d][\w.-]*$/);
  });

  it('lets others reach neither HTTP without TLS nor the database', () => {
    const { gateway, postgres } = compose().services;
    expect(gateway?.ports?.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
    expect([postgres?.ports, postgres?.networks]).toEqual([undefined, ['inside']]);
  });
});
