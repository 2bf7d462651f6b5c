import { issueCertificate, type Role } from '#trust';
import { altered } from '../testing/proofs.js';
import { SAMPLES } from '../testing/statements.js';
import { headerOf, signedAgain } from '../testing/crafted.js';
import {
  hold,
  makeOffices,
  NOT_AFTER,
  NOT_BEFORE,
  NOW,
  type Holder,
  type MadeOffices,
  type Office,
} from '../testing/offices.js';
import {
  addStatementSignature,
  signStatement,
  verifyStatement,
  verifyStatementSignature,
  type Jws,
  type Resolve,
  type StatementSigner,
  type StatementType,
} from './index.js';

let offices: MadeOffices;
beforeAll(async () => {
  offices = await makeOffices();
});

const ROLES = { head: 'head', deputy: 'deputy-head', seal: 'seal' } as const;
type Who = keyof typeof ROLES;
const by = (office: Office, who: Who): StatementSigner => ({ ...office[who], role: ROLES[who] });
const signed = (typ: StatementType, signers: readonly StatementSigner[]): Jws =>
  signStatement({ typ, content: SAMPLES[typ], signers, iat: NOW });
const verdict = (typ: StatementType, signers: readonly StatementSigner[], resolve = offices.resolve) => {
  const answer = verifyStatement(signed(typ, signers), { typ, resolve });
  return answer.ok ? 'ok' : answer.code;
};
/** Lists one more certificate. */
const knowing =
  ({ certificate }: Holder, authority: string): Resolve =>
  (thumbprint) =>
    thumbprint === certificate.thumbprint
      ? { ok: true, certificate, authority, roles: certificate.roles }
      : offices.resolve(thumbprint);

const OF_ONE: readonly StatementType[] = [
  'valise-receipt+jws',
  'valise-resend+jws',
  'valise-void+jws',
  'valise-range+jws',
  'valise-epoch+jws',
];
const OF_TWO: readonly StatementType[] = ['valise-arrangement+jws', 'valise-accreditation+jws'];
const OF_FOUR_EYES: readonly (readonly [StatementType, 'am' | 'kz'])[] = [
  ['valise-consent+jws', 'am'],
  ['valise-release+jws', 'kz'],
  ['valise-revocation+jws', 'am'],
];

describe.each(OF_ONE)('%s', (typ) => {
  it('is stated by the seal of the one that it says', () => {
    const { kz, am } = offices;
    expect(verifyStatement(signed(typ, [by(kz, 'seal')]), { typ, resolve: offices.resolve })).toEqual({
      ok: true,
      content: SAMPLES[typ],
      signers: [{ role: 'seal', authority: 'kz-knb', thumbprint: kz.seal.certificate.thumbprint, iat: NOW }],
    });
    expect(verdict(typ, [by(am, 'seal')])).toBe('ENVELOPE_BINDING');
    expect(verdict(typ, [by(kz, 'seal'), by(kz, 'seal')])).toBe('ENVELOPE_BINDING');
    expect(verdict(typ, [by(kz, 'head')])).toBe('ENVELOPE_ROLE');
  });
});

describe.each(OF_TWO)('%s', (typ) => {
  it('is signed by both, in whatever order, by seal or head', () => {
    const { kz, by: other, am } = offices;
    expect(verdict(typ, [by(kz, 'seal'), by(other, 'seal')])).toBe('ok');
    expect(verdict(typ, [by(other, 'seal'), by(kz, 'seal')])).toBe('ok');
    expect(verdict(typ, [by(kz, 'head'), by(other, 'head')])).toBe('ok');
    expect(verdict(typ, [by(kz, 'deputy'), by(other, 'seal')])).toBe('ENVELOPE_ROLE');
    expect(verdict(typ, [by(kz, 'seal'), by(am, 'seal')])).toBe('ENVELOPE_BINDING');
    expect(verdict(typ, [by(kz, 'seal')])).toBe('ENVELOPE_BINDING');
  });
});

it('a book statement is signed by a register, for any keeper', () => {
  const typ = 'valise-book-statement+jws';
  const resolve = knowing(offices.register, 'KZ');
  expect(verdict(typ, [{ ...offices.register, role: 'register' }], resolve)).toBe('ok');
  expect(verdict(typ, [by(offices.kz, 'seal')])).toBe('ENVELOPE_ROLE');
});

describe.each(OF_FOUR_EYES)('%s', (typ, whose) => {
  it('is signed by two officers and last by the seal', () => {
    const office = offices[whose];
    const signedBy = (...who: Who[]) =>
      verdict(
        typ,
        who.map((one) => by(office, one)),
      );
    expect(signedBy('head', 'deputy', 'seal')).toBe('ok');
    expect(signedBy('deputy', 'head', 'seal')).toBe('ok');
    for (const who of [
      ['head', 'deputy', 'head'],
      ['head', 'seal', 'deputy'],
      ['seal', 'head', 'deputy'],
      ['head', 'seal', 'seal'],
      ['head', 'head', 'seal'],
    ] as const)
      expect(signedBy(...who)).toBe('ENVELOPE_ROLE');
    for (const who of [
      ['head', 'seal'],
      ['head', 'deputy', 'seal', 'seal'],
      ['head', 'deputy', 'head', 'seal'],
    ] as const)
      expect(signedBy(...who)).toBe('ENVELOPE_BINDING');
    const others = [by(office, 'head'), by(office, 'deputy'), by(offices.by, 'seal')];
    expect(verdict(typ, others)).toBe('ENVELOPE_BINDING');
  });
});

it('an old key under another name makes no second officer, nor does another key under the same name', async () => {
  const { am, roots } = offices;
  const typ = 'valise-consent+jws';
  const withSecond = (second: Holder, role: Role) =>
    verdict(typ, [by(am, 'head'), { ...second, role }, by(am, 'seal')], knowing(second, 'am-nss'));
  const { certificate } = await issueCertificate({
    issuer: roots.AM,
    role: 'deputy-head',
    subject: { name: 'Another name', authority: 'am-nss' },
    publicKey: am.head.certificate.publicKey,
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
  });
  expect(withSecond({ certificate, key: am.head.key }, 'deputy-head')).toBe('ENVELOPE_ROLE');
  expect(withSecond(await hold(roots.AM, 'head', 'am-nss', 'P-256'), 'head')).toBe('ENVELOPE_ROLE');
  expect(withSecond(await hold(roots.AM, 'unit-head', 'am-nss', 'P-256'), 'unit-head')).toBe('ok');
});

it('the seal is no officer: it may stand on a name or a key of one', async () => {
  const { am, roots } = offices;
  const typ = 'valise-consent+jws';
  const { certificate } = await issueCertificate({
    issuer: roots.AM,
    role: 'seal',
    subject: { name: 'am-nss head', authority: 'am-nss' },
    publicKey: am.head.certificate.publicKey,
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
  });
  expect(certificate.subject).toBe(am.head.certificate.subject);
  const seal = { certificate, key: am.head.key };
  const signers = [by(am, 'head'), by(am, 'deputy'), { ...seal, role: 'seal' as const }];
  expect(verdict(typ, signers, knowing(seal, 'am-nss'))).toBe('ok');
});

describe('a statement’s signatures', () => {
  const typ = 'valise-receipt+jws';

  it('are at most four', () => {
    const seal = by(offices.kz, 'seal');
    const four = signed(typ, [seal, seal, seal, seal]);
    expect(four.signatures).toHaveLength(4);
    expect(() => addStatementSignature({ typ, jws: four, signer: seal, iat: NOW })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
  });

  it('are made by the key of the certificate, in a role that it carries', () => {
    const { kz, am } = offices;
    expect(() => signed(typ, [{ ...by(kz, 'seal'), key: am.seal.key }])).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
    expect(() => signed(typ, [{ ...by(kz, 'seal'), role: 'head' }])).toThrow(
      expect.objectContaining({ code: 'ENVELOPE_ROLE' }),
    );
  });

  it('are of its type, and over its content', () => {
    const { kz, resolve } = offices;
    const jws = signed(typ, [by(kz, 'seal')]);
    const options = { typ, resolve } as const;
    expect(verifyStatement(altered(jws, { n: 2 }), options)).toMatchObject({ code: 'ENVELOPE_SIGNATURE' });
    expect(verifyStatement(jws, { typ: 'valise-void+jws', resolve })).toMatchObject({
      code: 'ENVELOPE_FORMAT',
    });
    const header = { ...headerOf(jws.signatures[0]), extra: 1 };
    expect(verifyStatement(signedAgain(jws, 0, header, kz.seal.key), options)).toMatchObject({
      code: 'ENVELOPE_FORMAT',
    });
  });

  it('are each checked as they come back, in a role that may sign', () => {
    const { kz, resolve } = offices;
    const payload = Buffer.from(signed(typ, [by(kz, 'seal')]).payload, 'base64url');
    const check = (who: Who) => {
      const [signature = { protected: '', signature: '' }] = signed(typ, [by(kz, who)]).signatures;
      return verifyStatementSignature({ typ, payload, signature, resolve });
    };
    expect(check('seal')).toEqual({
      ok: true,
      role: 'seal',
      authority: 'kz-knb',
      thumbprint: kz.seal.certificate.thumbprint,
      iat: NOW,
    });
    expect(check('head')).toMatchObject({ ok: false, code: 'ENVELOPE_ROLE' });
  });
});

describe('what is no statement', () => {
  const typ = 'valise-receipt+jws';
  const sealed = (payload: string): Jws => {
    const jws = signed(typ, [by(offices.kz, 'seal')]);
    return signedAgain({ ...jws, payload }, 0, headerOf(jws.signatures[0]), offices.kz.seal.key);
  };
  const encoded = (text: string): string => Buffer.from(text).toString('base64url');

  it.each<[string, () => unknown]>([
    ['statement: not an object', () => null],
    ['statement: unknown members', () => ({ ...sealed('AA'), header: {} })],
    ['statement.signatures: ', () => ({ ...sealed('AA'), signatures: [] })],
    ['statement.payload: ', () => ({ ...sealed('AA'), payload: '' })],
    ['statement is not canonical base64url', () => sealed('A')],
    ['statement is not in its canonical form', () => sealed(encoded('{ }'))],
    ['statement.id: ', () => sealed(encoded('{}'))],
  ])('is refused, and told why: %s…', (detail, make) => {
    const { resolve } = offices;
    expect(verifyStatement(make() as Jws, { typ, resolve })).toMatchObject({
      ok: false,
      code: 'ENVELOPE_FORMAT',
      detail: expect.stringContaining(detail) as unknown,
    });
  });
});
