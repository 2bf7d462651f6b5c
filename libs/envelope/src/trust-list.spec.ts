import { AT, makeOffices, type MadeOffices } from '../testing/offices.js';
import { resolveFrom } from './index.js';

let offices: MadeOffices;
beforeAll(async () => {
  offices = await makeOffices();
});

describe('a certificate in lists', () => {
  it('has the roles in which it is listed and which its issuer wrote, each once walked', () => {
    const { kz, lists } = offices;
    const [list] = lists;
    if (list === undefined) throw new Error('there is a list');
    const { certificate } = kz.head;
    const listedAs = (...roles: ('head' | 'deputy-head')[]) =>
      resolveFrom(
        [{ ...list, listed: roles.map((role) => ({ authority: 'kz-knb', role, certificate })) }],
        AT,
      )(certificate.thumbprint);
    expect(listedAs('head')).toEqual({ ok: true, certificate, authority: 'kz-knb', roles: ['head'] });
    expect(listedAs('deputy-head', 'head')).toMatchObject({ roles: ['head'] });
    expect(listedAs('head', 'deputy-head')).toMatchObject({ roles: ['head'] });
    expect(listedAs('deputy-head')).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
    expect(listedAs()).toMatchObject({ ok: false, code: 'CERTIFICATE_UNKNOWN' });
  });

  it('has every role that it is listed for and its issuer wrote, by whichever list', () => {
    const { kz, by, lists } = offices;
    const [kzList, byList] = lists;
    if (kzList === undefined || byList === undefined) throw new Error('there are lists');
    const { certificate } = kz.seal;
    const entry = { authority: 'kz-knb', role: 'seal', certificate } as const;
    const resolve = resolveFrom([{ ...kzList, listed: [entry, entry] }, byList], AT);
    expect(resolve(certificate.thumbprint)).toMatchObject({ ok: true, roles: ['seal', 'seal'] });
    expect(resolve(by.seal.certificate.thumbprint)).toMatchObject({ ok: true, authority: 'by-mvd' });
  });

  it('is that of the authority which it names, even if another list has it too', () => {
    const { kz, lists } = offices;
    const [list] = lists;
    if (list === undefined) throw new Error('there is a list');
    const { certificate } = kz.seal;
    const stranger = { ...list, listed: [{ authority: 'by-mvd', role: 'seal' as const, certificate }] };
    expect(resolveFrom([stranger], AT)(certificate.thumbprint)).toMatchObject({
      ok: false,
      code: 'CERTIFICATE_UNKNOWN',
    });
    expect(resolveFrom([stranger, list], AT)(certificate.thumbprint)).toMatchObject({
      ok: true,
      authority: 'kz-knb',
      roles: ['seal'],
    });
  });

  it('is relied on only in its time', () => {
    const { kz, lists } = offices;
    const resolve = resolveFrom(lists, new Date('2030-01-01'));
    expect(resolve(kz.seal.certificate.thumbprint)).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
  });
});
