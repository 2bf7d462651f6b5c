import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import {
  alternativeNames,
  distinguishedName,
  HOSTS_MAX,
  hostsIn,
  requireAuthority,
  requireHosts,
} from './names.js';

const refusedAt = (path: string): unknown =>
  expect.objectContaining({
    code: 'INPUT_INVALID',
    details: expect.objectContaining({ path }) as unknown,
  });
const invalid = refusedAt('hosts');
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
    `a.${'b'.repeat(63)}.example`,
    'A-1.B--2.Example',
    'a.1.b2',
    'example.a1',
    `${'abc.'.repeat(63)}a`,
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
    ' example.org',
    'a.-b.example',
    'a.b-.example',
    'a.example-',
    'example.1',
    `${'a'.repeat(62)}_.example`,
    `a.${'b'.repeat(64)}.example`,
  ])('%j is none', (host) => {
    expect(demand(host)).toThrow(invalid);
    expect(demand('gateway.example.org', host)).toThrow(invalid);
    expect(demand(host)).toThrow(`"${host}" is not a host name`);
  });

  it(`are at most ${HOSTS_MAX}`, () => {
    const hosts = Array.from({ length: HOSTS_MAX + 1 }, (_, index) => `h${index}.example`);
    expect(demand(...hosts.slice(1))).not.toThrow();
    expect(demand(...hosts)).toThrow(invalid);
    expect(demand(...hosts)).toThrow('more than 16 hosts');
  });
});

describe('a distinguished name', () => {
  it.each(['A', '7', 'Комитет № 1, (печать): a/b & c’s - d.e', 'é'.repeat(64), 'a.', 'Әділет'])(
    'holds the common name %s',
    (name) => {
      expect(distinguishedName({ name })).toEqual([{ CN: [name] }]);
      expect(distinguishedName({ name, country: 'KZ' })).toEqual([{ C: ['KZ'] }, { CN: [name] }]);
    },
  );

  it.each(['', ' a', 'a ', '.a', '-a', 'a"b', 'a\\b', 'a\nb', 'a\n', 'a=b', 'a+b', 'a;b', 'x'.repeat(65)])(
    'cannot hold %j',
    (name) => {
      expect(() => distinguishedName({ name })).toThrow(refusedAt('name'));
    },
  );

  it.each(['', 'K', 'kz', 'KAZ', 'K1', 'KZ\n', ' KZ', '1KZ'])('has no country %j', (country) => {
    expect(() => distinguishedName({ name: 'A', country })).toThrow(refusedAt('country'));
  });
});

it('an authority is named by its id', () => {
  expect(() => {
    requireAuthority('kz-knb');
  }).not.toThrow();
  expect(() => {
    requireAuthority('kz_knb');
  }).toThrow(refusedAt('subject.authority'));
});

it('alternative names carry the authority and its hosts, and give the hosts back', () => {
  const hosts = ['gateway.example.org', '127.0.0.1', '::1'];
  const names = alternativeNames('kz-knb', hosts);
  expect(names).toEqual([
    { type: 'url', value: 'urn:valise:authority:kz-knb' },
    { type: 'dns', value: 'gateway.example.org' },
    { type: 'ip', value: '127.0.0.1' },
    { type: 'ip', value: '::1' },
  ]);
  const others = [...names, { type: 'email' as const, value: 'a@example.org' }];
  expect(hostsIn(new x509.SubjectAlternativeNameExtension(others))).toEqual(hosts);
  expect(hostsIn(null)).toEqual([]);
});
