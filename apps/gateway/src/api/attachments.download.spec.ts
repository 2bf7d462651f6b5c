import { askedFor } from './attachments.download.js';

const file = { bytes: 1000, sha256: 'hash' };
const range = (text: string, ifRange?: string) =>
  askedFor(file, { range: text, ...(ifRange !== undefined && { 'if-range': ifRange }) });

describe('a range of an attachment', () => {
  it.each([
    ['bytes=0-', 0, 999],
    ['bytes=10-19', 10, 19],
    ['bytes=999-', 999, 999],
    ['bytes=990-5000', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=-5000', 0, 999],
  ])('%s is from %d to %d', (text, first, last) => {
    expect(range(text)).toEqual({ first, last, isPartial: true });
    expect(range(text, '"hash"')).toEqual({ first, last, isPartial: true });
  });

  it.each(['', 'bytes=-', 'bytes=5', 'bytes=9-3', 'bytes=0-1,5-6', 'lines=0-1', 'bytes=a-b', 'bytes=1e3-'])(
    '“%s” is none: all is sent',
    (text) => {
      expect(range(text)).toEqual({ first: 0, last: 999, isPartial: false });
    },
  );

  it('of another file is ignored', () => {
    expect(range('bytes=10-', '"other"').isPartial).toBe(false);
  });

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('%s lies behind the end', (text) => {
    expect(() => range(text)).toThrow('has 1000 bytes');
  });

  it('of an empty file is never there', () => {
    expect(() => askedFor({ bytes: 0, sha256: 'x' }, { range: 'bytes=0-' })).toThrow('has 0 bytes');
    expect(askedFor({ bytes: 0, sha256: 'x' }, {})).toEqual({ first: 0, last: -1, isPartial: false });
  });
});
