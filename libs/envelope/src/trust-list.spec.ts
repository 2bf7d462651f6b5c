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
});
