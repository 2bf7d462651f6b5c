import { createPrivateKey } from 'node:crypto';
import { createRoot, issueCertificate, type Role, type Suite } from '#trust';
import {
  completeSeal,
  encrypt,
  open,
  payloadBytes,
  prepareSeal,
  signAsOfficer,
  type Payload,
  type Resolve,
} from './index.js';

const from = new Date('2026-01-01T00:00:00Z');
const until = new Date('2028-01-01T00:00:00Z');
const now = Date.parse('2026-06-01T00:00:00Z') / 1000;

it.each(['P-256', 'RSA'] as Suite[])(
  'smoke %s',
  async (suite) => {
    const root = await createRoot({
      name: 'Root',
      country: 'KZ',
      suite: 'P-256',
      notBefore: from,
      notAfter: until,
    });
    const make = async (role: Role, authority: string) => {
      const { certificate, privateKeyPem } = await issueCertificate({
        issuer: root,
        role,
        suite,
        subject: { name: `${authority} ${role}`, authority },
        notBefore: from,
        notAfter: until,
      });
      return { certificate, key: createPrivateKey(privateKeyPem ?? '') };
    };
    const head = await make('head', 'kz-knb');
    const seal = await make('seal', 'kz-knb');
    const enc = await make('encryption', 'by-mvd');
    const resolve: Resolve = (t) => {
      const found = [head, seal].find(({ certificate }) => certificate.thumbprint === t);
      return found
        ? { ok: true, certificate: found.certificate, authority: 'kz-knb' }
        : { ok: false, code: 'CERTIFICATE_UNKNOWN', detail: 'unknown' };
    };
    const p: Payload = {
      v: 1,
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
      from: 'kz-knb',
      to: 'by-mvd',
      act: 'request/1',
      case: 'c1',
      instrument: 'cis-it-crime-2018',
      register: { 'treaty:CIS': 3 },
      exp: now + 86400,
      level: 'open',
      body: { text: 'x'.repeat(4000), deep: [{ a: 1 }] },
      attachments: [],
    };
    const bytes = payloadBytes(p);
    const officers = [signAsOfficer({ payload: bytes, ...head, role: 'head', iat: now })];
    const once = () => {
      const officers = [signAsOfficer({ payload: bytes, ...head, role: 'head', iat: now })];
      const prepared = prepareSeal({
        payload: bytes,
        officers,
        certificate: seal.certificate,
        iat: now,
        ep: 1,
        n: 1,
        prev: null,
      });
      const jws = completeSeal({ payload: bytes, officers, prepared, key: seal.key });
      return encrypt({ jws, from: 'kz-knb', recipient: enc.certificate });
    };
    const env = once();
    expect(officers.length).toBe(1);
    const recipients = [{ authority: 'by-mvd', ...enc }];
    expect(open(env, { recipients, resolve, now })).toMatchObject({ ok: true, payload: p });
  },
  60000,
);
