import { bookNamedIn, contentIn, typOf } from './index.js';

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const text = (header: unknown, content: unknown = {}) =>
  JSON.stringify({ payload: encoded(content), signatures: [{ protected: encoded(header), signature: '' }] });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('what a text claims to be', () => {
  it('is the type in the header of its first signature', () => {
    expect(typOf(text({ typ: 'valise-book+jws' }))).toBe('valise-book+jws');
  });

  it.each<[string, string]>([
    ['no JSON', 'book'],
    ['null', 'null'],
    ['a text', '"book"'],
    ['nothing', '{}'],
    ['without a list of signatures', `{"signatures":{"0":{"protected":"${encoded({ typ: 'a' })}"}}}`],
    ['without a signature', '{"signatures":[]}'],
    ['with null for a signature', '{"signatures":[null]}'],
    ['without a header', '{"signatures":[{}]}'],
    ['with a header that is no text', '{"signatures":[{"protected":1}]}'],
    ['with a header in another spelling', '{"signatures":[{"protected":"eyJ0eXAiOiJhIn0="}]}'],
    ['with a header that is no JSON', text('typ')],
    ['with a header that says no type', text({})],
    ['with a type that is no text', text({ typ: 1 })],
    ['with the type of every object', text({ constructor: 1 })],
  ])('is nothing where it is %s', (_, claiming) => {
    expect(typOf(claiming)).toBeUndefined();
  });
});

describe('what a text contains', () => {
  it('is what its payload says', () => {
    expect(contentIn(text({}, { book: 'list:KZ' }))).toEqual({ book: 'list:KZ' });
  });

  it('is read as deep as the format allows, and no deeper', () => {
    expect(contentIn(text({}, nested(32)))).toBeInstanceOf(Array);
    expect(contentIn(text({}, nested(33)))).toBeUndefined();
    const within = (depth: number) => `{"payload":"e30","more":${nested(depth - 1)}}`;
    expect(contentIn(within(32))).toEqual({});
    expect(contentIn(within(33))).toBeUndefined();
  });

  it.each(['[]', '{"payload":1}', '{"payload":"*"}', `{"payload":"${encoded('{')}"}`])(
    'is nothing in %s',
    (found) => {
      expect(contentIn(found)).toBeUndefined();
    },
  );
});

describe('the book that a text names', () => {
  it.each(['list:KZ', 'list:cis-atc', 'treaty:CSTO'])('may be %s', (book) => {
    expect(bookNamedIn(text({}, { book }))).toBe(book);
  });

  it.each([['list:\0'], ['list:'], ['other:KZ'], ['arrangement:a'], [1], [null], [undefined]])(
    'is not %j',
    (book) => {
      expect(bookNamedIn(text({}, { book }))).toBeUndefined();
    },
  );

  it('is none in what cannot be read', () => {
    for (const found of ['', text({}, 'list:KZ'), text({}, null)]) expect(bookNamedIn(found)).toBeUndefined();
  });
});
