import 'reflect-metadata';
import { generateKeyPairSync } from 'node:crypto';
import { BasicConstraintsExtension, Extension, KeyUsageFlags } from '@peculiar/x509';
import {
  AT,
  ca,
  caUsage,
  leafUsage,
  make,
  makeDer,
  nameConstraints,
  noCa,
  NOT_AFTER,
  NOT_BEFORE,
  purposes,
  roles,
  unknown,
  type Made,
  type MadeDer,
} from '../testing/chains.js';
import { AUTHORITY_KEY, critical, SUBJECT_KEY, without, type Edit } from '../testing/edits.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import { parseCertificate, rootFault, validatePath, type PathAnswer, type Role } from './index.js';

const SERVER = '1.3.6.1.5.5.7.3.1';
const CLIENT = '1.3.6.1.5.5.7.3.2';
const MAIL = '1.3.6.1.5.5.7.3.4';
const DOCUMENTS = '1.3.6.1.5.5.7.3.36';
const ANY = '2.5.29.37.0';
const { digitalSignature, keyAgreement, keyEncipherment, keyCertSign, cRLSign } = KeyUsageFlags;
const [rsa] = RSA_PAIRS;

let root: Made;
beforeAll(async () => {
  root = await make({ name: 'Root', extensions: [ca(1), caUsage] });
});

async function judge(
  wish: { extensions?: Extension[]; pair?: MadeDer['pair']; edit?: Edit },
  role: Role = 'seal',
): Promise<PathAnswer> {
  const made = await makeDer({
    name: 'Leaf',
    issuer: root,
    extensions: [noCa, leafUsage(), roles(role)],
    ...wish,
  });
  return validatePath({ leaf: parseCertificate(made.der), root: root.certificate, at: AT, role });
}
const refused = (detail: RegExp): object => ({
  ok: false,
  code: 'CERTIFICATE_PATH',
  detail: expect.stringMatching(detail) as unknown,
});
/** An extension that nobody reads where it is allowed. */
const filler = (oid: string, isCritical: boolean) =>
  new Extension(oid, isCritical, Buffer.from('3000', 'hex'));

describe('a leaf’s extensions', () => {
  it.each(['2.5.29.30', '2.5.29.36', '2.5.29.33', '2.5.29.54'])(
    'with the constraint %s are refused, also where it is not critical',
    async (oid) => {
      for (const isCritical of [true, false]) {
        const extensions = [noCa, leafUsage(), roles('seal'), filler(oid, isCritical)];
        expect(await judge({ extensions })).toEqual(refused(new RegExp(`^CN=Leaf .* ${oid}$`)));
      }
    },
  );

  it('may be critical where they are understood', async () => {
    const names = new Extension('2.5.29.17', true, Buffer.from('3003820161', 'hex'));
    const [{ type, value }] = [roles('seal')];
    const purpose = new Extension('2.5.29.37', true, Buffer.from(purposes(MAIL).value));
    const extensions = [noCa, leafUsage(), new Extension(type, true, value), names, purpose];
    expect(await judge({ extensions })).toEqual({ ok: true });
    expect(await judge({ edit: critical(SUBJECT_KEY) })).toEqual(refused(/2\.5\.29\.14$/));
    expect(await judge({ edit: critical(AUTHORITY_KEY) })).toEqual(refused(/2\.5\.29\.35$/));
  });

  it('need not name the leaf’s own key', async () => {
    expect(await judge({ edit: without(SUBJECT_KEY) })).toEqual({ ok: true });
    expect(await judge({ edit: without(AUTHORITY_KEY) })).toEqual(
      refused(/^CN=Leaf does not identify its issuer/),
    );
  });

  it.each<[string, Extension[], RegExp]>([
    ['of an authority', [ca(0), leafUsage(), roles('seal')], /is a certification authority, not a leaf$/],
    [
      'with a path length',
      [new BasicConstraintsExtension(false, 0, true), leafUsage(), roles('seal')],
      /has a path length/,
    ],
    ['without the role', [noCa, leafUsage(), roles('tls', 'head')], /does not carry the role seal$/],
    ['without key usage', [noCa, roles('seal')], /lacks the key usage that the role seal needs$/],
    [
      'to sign certificates',
      [noCa, leafUsage(digitalSignature | keyCertSign), roles('seal')],
      /may sign certificates/,
    ],
    ['for lists only', [noCa, leafUsage(cRLSign), roles('seal')], /lacks the key usage/],
    ['for servers', [noCa, leafUsage(), roles('seal'), purposes(SERVER)], /excludes the role seal$/],
  ])('%s are refused', async (_, extensions, detail) => {
    expect(await judge({ extensions })).toEqual(refused(detail));
  });

  it('may be few', async () => {
    expect(await judge({ extensions: [leafUsage(), roles('seal')] })).toEqual({ ok: true });
  });
});

describe('the key usage and purpose of a role', () => {
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  it.each<[Role, 'P-256' | 'RSA', KeyUsageFlags, string[], boolean]>([
    ['seal', 'P-256', digitalSignature, [], true],
    ['seal', 'RSA', digitalSignature, [], true],
    ['seal', 'RSA', keyEncipherment, [], false],
    ['seal', 'P-256', digitalSignature, [ANY], true],
    ['seal', 'P-256', digitalSignature, [MAIL], true],
    ['seal', 'P-256', digitalSignature, [SERVER, DOCUMENTS], true],
    ['seal', 'P-256', digitalSignature, [SERVER, CLIENT], false],
    ['register', 'P-256', digitalSignature, [], true],
    ['encryption', 'P-256', keyAgreement, [], true],
    ['encryption', 'P-256', keyEncipherment, [], false],
    ['encryption', 'P-256', digitalSignature, [], false],
    ['encryption', 'RSA', keyEncipherment, [], true],
    ['encryption', 'RSA', keyAgreement, [], false],
    ['tls', 'P-256', digitalSignature, [SERVER], true],
    ['tls', 'P-256', digitalSignature, [MAIL, CLIENT], true],
    ['tls', 'P-256', digitalSignature, [], false],
    ['tls', 'P-256', digitalSignature, [ANY, MAIL], false],
    ['tls', 'P-256', keyAgreement, [SERVER], false],
  ])('%s of %s with usage %d and purposes %j: %s', async (role, suite, usage, oids, expected) => {
    const extensions = [noCa, leafUsage(usage), roles(role), ...(oids.length > 0 ? [purposes(...oids)] : [])];
    const answer = await judge({ extensions, pair: suite === 'RSA' ? rsa : p256 }, role);
    expect(answer.ok).toBe(expected);
  });
});

describe('a root', () => {
  const selfSigned = async (extensions: Extension[], over: object = {}) =>
    parseCertificate((await makeDer({ name: 'Root', extensions, ...over })).der);

  it('of a keeper is one by itself', async () => {
    for (const extensions of [
      [ca(), caUsage],
      [ca(0), leafUsage(keyCertSign)],
    ])
      expect(rootFault(await selfSigned(extensions), AT)).toBeUndefined();
    expect(rootFault(root.certificate, NOT_BEFORE)).toBeUndefined();
    expect(rootFault(root.certificate, NOT_AFTER)).toBeUndefined();
  });

  it.each<[string, Extension[], RegExp]>([
    ['no authority', [noCa, caUsage], /^CN=Root is not a certification authority$/],
    ['without basic constraints', [caUsage], /^CN=Root is not a certification authority$/],
    [
      'not critically one',
      [new BasicConstraintsExtension(true, 0, false), caUsage],
      /^CN=Root is not a certification authority$/,
    ],
    ['without key usage', [ca()], /^CN=Root may not sign certificates$/],
    ['for lists only', [ca(), leafUsage(cRLSign)], /^CN=Root is not signed by itself$/],
    ['with constraints', [ca(), caUsage, nameConstraints(false)], /^CN=Root has the unknown constraint/],
    [
      'with something unknown',
      [ca(), caUsage, unknown(true)],
      /^CN=Root has the unknown constraint or extension 1\.2/,
    ],
    [
      'with empty names',
      [ca(), caUsage, filler('2.5.29.17', false)],
      /^CN=Root has an empty list of alternative names$/,
    ],
  ])('that is %s is none', async (_, extensions, detail) => {
    const certificate = await selfSigned(extensions);
    expect(rootFault(certificate, AT)).toMatch(detail);
  });

  it('is none before or after its time, nor signed by another', async () => {
    const on = (ms: number) => rootFault(root.certificate, new Date(ms));
    expect(on(NOT_BEFORE.getTime() - 1)).toBe(`CN=Root is not valid before ${NOT_BEFORE.toISOString()}`);
    expect(on(NOT_AFTER.getTime() + 1)).toBe(`CN=Root expired on ${NOT_AFTER.toISOString()}`);
    const middle = await make({ name: 'Issuer', issuer: root, extensions: [ca(0), caUsage] });
    expect(rootFault(middle.certificate, AT)).toBe('CN=Issuer is not signed by itself');
  });
});

describe('the way from a leaf to its root', () => {
  const leafOf = (issuer: Made, over: object = {}) =>
    make({ name: 'Leaf', issuer, extensions: [noCa, leafUsage(), roles('seal')], ...over });
  const ask = (leaf: Made, top: Made, intermediates: Made[] = []) =>
    validatePath({
      leaf: leaf.certificate,
      intermediates: intermediates.map(({ certificate }) => certificate),
      root: top.certificate,
      at: AT,
      role: 'seal',
    });

  it('ends in a certificate that signed itself, and names its issuers byte for byte', async () => {
    const middle = await make({ name: 'Issuer', issuer: root, extensions: [ca(0), caUsage] });
    const leaf = await leafOf(middle);
    expect(ask(leaf, root, [middle])).toEqual({ ok: true });
    expect(ask(leaf, middle)).toEqual(refused(/^no path from CN=Leaf to the root CN=Issuer$/));
    expect(ask(leaf, root)).toEqual(refused(/^no path/));
    // OpenSSL takes these names for the same.
    expect(ask(await leafOf(root, { issuerName: 'ROOT' }), root)).toEqual(refused(/^no path/));
    expect(ask(root, root)).toEqual(refused(/^CN=Root is a certification authority, not a leaf$/));
  });

  it('has as many intermediates as those above them allow', async () => {
    const none = await make({ name: 'Root', extensions: [ca(0), caUsage] });
    const middle = await make({ name: 'Issuer', issuer: none, extensions: [ca(0), caUsage] });
    expect(ask(await leafOf(none), none)).toEqual({ ok: true });
    expect(ask(await leafOf(middle), none, [middle])).toEqual(
      refused(/^CN=Root may not have 1 intermediates below it$/),
    );
  });

  it('needs no name of the root’s issuer’s key in the root', async () => {
    const made = await makeDer({ name: 'Root', extensions: [ca(1), caUsage], edit: without(AUTHORITY_KEY) });
    const plain = parseCertificate(made.der);
    const leaf = await makeDer({
      name: 'Leaf',
      issuer: made,
      extensions: [noCa, leafUsage(), roles('seal')],
    });
    const question = { root: plain, at: AT, role: 'seal' } as const;
    expect(validatePath({ leaf: parseCertificate(leaf.der), ...question })).toEqual({ ok: true });
  });
});
