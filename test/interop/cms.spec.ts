import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payloadBytes } from '#envelope';
import { cmsTwin } from '#trust';
import {
  AT,
  makeOffices,
  type MadeOffices,
  NOW,
  samplePayload,
} from '../../libs/envelope/testing/offices.js';
import { describeWith, run } from './tools.js';

describeWith(
  'openssl',
  ['version'],
  'openssl',
)('the CMS twin of an RSA seal', () => {
  let offices: MadeOffices;
  let folder: string;
  beforeAll(async () => {
    offices = await makeOffices('RSA');
    folder = mkdtempSync(join(tmpdir(), 'valise-cms-'));
    put('root', offices.roots.KZ.certificate.pem);
    put('other', offices.roots.BY.certificate.pem);
  }, 120_000);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const put = (name: string, content: Buffer | string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const opensslVerifies = (twin: Buffer, content: Buffer, root = 'root'): Buffer =>
    run('openssl', [
      ...['cms', '-verify', '-binary', '-inform', 'DER', '-in', put('twin', twin)],
      ...['-content', put('content', content), '-CAfile', join(folder, root)],
      ...['-purpose', 'any', '-attime', String(NOW)],
    ]);

  it.each([
    ['a payload', payloadBytes(samplePayload())],
    ['nothing', Buffer.alloc(0)],
    ['line ends and other bytes', Buffer.concat([Buffer.from('a\r\nb\n\0'), randomBytes(5_000)])],
  ])('of %s is accepted by openssl, byte for byte', (_, content) => {
    const twin = cmsTwin({ content, ...offices.kz.seal, at: AT });
    expect(opensslVerifies(twin, content)).toEqual(content);
    if (content.length > 0) expect(twin.includes(content)).toBe(false);
  });

  it('is refused under another content, or another root', () => {
    const content = payloadBytes(samplePayload());
    const twin = cmsTwin({ content, ...offices.kz.seal, at: AT });
    const other = payloadBytes(samplePayload({ level: 'secret' }));
    expect(() => opensslVerifies(twin, other)).toThrow('content verify error');
    expect(() => opensslVerifies(twin, content, 'other')).toThrow(/verify error/i);
  });

  it('states when it was signed', () => {
    const content = Buffer.from('x');
    const twin = put('twin', cmsTwin({ content, ...offices.kz.seal, at: AT }));
    const shown = run('openssl', ['cms', '-cmsout', '-print', '-inform', 'DER', '-in', twin]).toString();
    expect(shown).toMatch(/signingTime[^]*Jun {2}1 00:00:00 2026 GMT/);
    expect(shown).toContain('eContent: <ABSENT>');
  });

  it('is made for RSA only, with the certificate’s own key', () => {
    const content = Buffer.from('x');
    expect(() => cmsTwin({ content, ...offices.am.seal, at: AT })).toThrow('RSA seals only');
    expect(() => cmsTwin({ content, ...offices.kz.seal, key: offices.kz.head.key, at: AT })).toThrow(
      'not that of',
    );
  });
});
