import {
  AUTHORITY_ID,
  AUTHORITY_URN,
  decodeRoles,
  encodeRoles,
  isRole,
  OFFICER_ROLES,
  ROLE_EXTENSION,
  ROLES,
} from './roles.js';

/** As they stand in certificates: another name is another role. */
const NAMES = [
  'seal',
  'encryption',
  'tls',
  'register',
  'head',
  'deputy-head',
  'unit-head',
  'authorised-person',
];

describe('roles', () => {
  it('have the names that certificates carry', () => {
    expect(ROLES).toEqual(NAMES);
    expect(OFFICER_ROLES).toEqual(NAMES.slice(4));
    expect(NAMES.every(isRole)).toBe(true);
    expect(['', 'Seal', 'king', 'toString'].some(isRole)).toBe(false);
    expect(ROLE_EXTENSION).toBe('1.2.840.113556.1.8000.2554.58583.21719.14730.17423.39512.11457441.2996301');
  });

  it('are a sequence of UTF-8 strings', () => {
    expect(encodeRoles(['seal', 'tls']).toString('hex')).toBe('300b0c047365616c0c03746c73');
    expect(decodeRoles(Buffer.from('300b0c047365616c0c03746c73', 'hex'))).toEqual(['seal', 'tls']);
    expect(decodeRoles(encodeRoles(ROLES))).toEqual(ROLES);
  });

  it.each([
    ['nothing', ''],
    ['a text alone', '0c047365616c'],
    ['an empty list', '3000'],
    ['an unknown one', '30060c046b696e67'],
    ['an unknown one beside a known', '300c0c047365616c0c046b696e67'],
    ['one twice', '300c0c047365616c0c047365616c'],
    ['other strings', '300613047365616c'],
    ['a list in a list', '300830060c047365616c'],
    ['a set', '31060c047365616c'],
    ['a length that is not minimal', '3081060c047365616c'],
    ['bytes behind them', '30060c047365616c00'],
    ['a byte too few', '30060c04736561'],
  ])('are not %s', (_, value) => {
    expect(decodeRoles(Buffer.from(value, 'hex'))).toBeUndefined();
  });
});

describe('an authority’s id', () => {
  it('stands behind its own namespace', () => {
    expect(AUTHORITY_URN).toBe('urn:valise:authority:');
  });

  it.each(['k', '7', 'kz-knb', 'KZ-1', 'a-', `a${'b'.repeat(63)}`])('may be %s', (id) => {
    expect(AUTHORITY_ID.test(id)).toBe(true);
  });

  it.each(['', '-a', 'a_b', 'a b', ' a', 'a\n', 'é', 'aé', `a${'b'.repeat(64)}`])('may not be %j', (id) => {
    expect(AUTHORITY_ID.test(id)).toBe(false);
  });
});
