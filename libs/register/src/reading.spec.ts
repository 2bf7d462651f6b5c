import { readBook, type ReadingContext } from './reading.js';

const context: ReadingContext = {
  anchorOf: () => undefined,
  pathOf: () => ({ intermediates: [], crls: [] }),
  resolve: () => ({ ok: false, code: 'CERTIFICATE_UNKNOWN', detail: 'nobody is listed' }),
  own: ['kz-knb'],
  at: new Date(),
};
/** docs/protocol/register.md */
const BYTES_MAX = 1_048_576;

/** What claims to be a book of this type, with so many bytes. */
function book(typ: string, bytes: number, filling = 'x'): string {
  const claimed = Buffer.from(JSON.stringify({ typ })).toString('base64url');
  const text = (payload: string) =>
    JSON.stringify({ payload, signatures: [{ protected: claimed, signature: '' }] });
  const room = bytes - Buffer.byteLength(text(''));
  const whole = filling.repeat(Math.floor(room / Buffer.byteLength(filling)));
  return text(whole.padEnd(whole.length + room - Buffer.byteLength(whole), 'x'));
}
const detailOf = (text: string) => {
  const read = readBook(text, context);
  return read.ok ? '' : read.detail;
};

it.each(['valise-book+jws', 'valise-arrangement+jws', 'valise-accreditation+jws'])(
  'a %s of more bytes than every reader takes is refused before anything of it is read',
  (typ) => {
    for (const filling of ['x', 'ы']) {
      expect(Buffer.byteLength(book(typ, BYTES_MAX + 1, filling))).toBe(BYTES_MAX + 1);
      expect(detailOf(book(typ, BYTES_MAX + 1, filling))).toBe(`a book has at most ${BYTES_MAX} bytes`);
      expect(detailOf(book(typ, BYTES_MAX, filling))).not.toContain('at most');
    }
  },
);
