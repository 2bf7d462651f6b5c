import 'reflect-metadata';
import { HOSTS_MAX, requireHosts } from './names.js';

const invalid = expect.objectContaining({ code: 'INPUT_INVALID' });
const demand =
  (...hosts: string[]) =>
  () => {
    requireHosts(hosts);
  };

describe('hosts', () => {
  it.each([
    'gateway.example.org',
    'a',
    '1.example',
    '127.0.0.1',
    '::1',
    'fe80::1',
    `${'a'.repeat(63)}.example`,
  ])('%s is one', (host) => {
    expect(demand(host)).not.toThrow();
  });

  it.each([
    '',
    '*.example.org',
    'a_b.example',
    '-a.example',
    'a-.example',
    'a..example',
    'example.org.',
    `${'a'.repeat(64)}.example`,
    Array.from({ length: 64 }, () => 'abc').join('.'),
    '999.1.1.1',
    '1.2.3',
    ':::',
    'exa mple',
    'example.org\n',
  ])('%j is none', (host) => {
    expect(demand(host)).toThrow(invalid);
    expect(demand('gateway.example.org', host)).toThrow(invalid);
  });

  it(`are at most ${HOSTS_MAX}`, () => {
    const hosts = Array.from({ length: HOSTS_MAX + 1 }, (_, index) => `h${index}.example`);
    expect(demand(...hosts.slice(1))).not.toThrow();
    expect(demand(...hosts)).toThrow(invalid);
  });
});
