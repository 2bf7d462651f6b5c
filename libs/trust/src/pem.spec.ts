import { bytesIn, pemOf } from './pem.js';

const BYTES = Buffer.from(Array.from({ length: 100 }, (_, index) => index));
const PEM = pemOf('X509 CRL', BYTES);
const read = (text: string | Uint8Array, max = 100): Buffer => bytesIn(text, 'X509 CRL', max);

describe('PEM', () => {
  it('has lines of 64 characters', () => {
    const lines = PEM.split('\n');
    expect(lines.map(({ length }) => length)).toEqual([24, 64, 64, 8, 22, 0]);
    expect([lines[0], lines.at(-2)]).toEqual(['-----BEGIN X509 CRL-----', '-----END X509 CRL-----']);
  });

  it.each([
    ['as it was written', PEM],
    ['without line breaks', PEM.replaceAll('\n', '')],
    ['with those of Windows', PEM.replaceAll('\n', '\r\n')],
    ['with white space around', ` \n\t${PEM}\n \n`],
  ])('is read %s', (_, text) => {
    expect(read(text)).toEqual(BYTES);
  });

  it('takes every sign of base64', () => {
    const bytes = Buffer.from('AZaz09+/ee==', 'base64');
    expect(read(`-----BEGIN X509 CRL-----AZaz09+/ee==-----END X509 CRL-----`)).toEqual(bytes);
  });

  it.each([
    ['nothing', ''],
    ['base64 alone', BYTES.toString('base64')],
    ['two blocks', PEM + PEM],
    ['a block with text before', `text\n${PEM}`],
    ['a block with text behind', `${PEM}text`],
    ['a block without content', pemOf('X509 CRL', Buffer.alloc(0)).replaceAll('\n', '')],
    ['a block with other signs', PEM.replace('A', '_')],
    ['a block with a header', PEM.replace('\n', '\nProc-Type: 4\n\n')],
    ['another label', pemOf('CERTIFICATE', BYTES)],
    ['a longer label', pemOf('X509 CRLS', BYTES)],
    ['a label in small letters', pemOf('x509 crl', BYTES)],
    ['two labels', PEM.replace('END X509 CRL', 'END CERTIFICATE')],
    ['a cut end', PEM.slice(0, -4)],
  ])('with one block is not %s', (_, text) => {
    expect(() => read(text, 1000)).toThrow('not one PEM block with the label X509 CRL');
  });
});

describe('bytes', () => {
  it('are copied', () => {
    const given = Buffer.from(BYTES);
    const copied = read(given);
    given.fill(0);
    expect(copied).toEqual(BYTES);
  });

  it('have an upper bound, and text one of twice as much', () => {
    const large = 'larger than';
    expect(() => read(BYTES, 99)).toThrow(large);
    expect(() => read(PEM, 99)).toThrow(large);
    expect(read(PEM.padEnd(300, ' '), 150)).toEqual(BYTES);
    expect(() => read(PEM.padEnd(301, ' '), 150)).toThrow(large);
    expect(() => read(Buffer.alloc(1000), 150)).toThrow(large);
  });
});
