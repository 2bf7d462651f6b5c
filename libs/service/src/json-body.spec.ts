import { requireSoundJson } from './json-body.js';

const look = (body: Buffer | string, charset = 'utf-8') => {
  requireSoundJson(undefined as never, undefined as never, Buffer.from(body as string), charset);
};
const thrownBy = (act: () => void): unknown => {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
};

describe('a body of JSON', () => {
  it('of any text passes, replacement characters that were written included', () => {
    look(JSON.stringify({ text: 'нөл \u0000 🛂 \ufffd', list: [[[]]], 'a\ufffd': 1 }));
    look('');
  });

  it.each<[Buffer, number]>([
    [Buffer.from([0xff]), 0],
    [Buffer.concat([Buffer.from('{"я":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]), 7],
    [Buffer.concat([Buffer.from('{"\ufffd\ufffd":"'), Buffer.from([0xed, 0xa0, 0x80])]), 11],
    [Buffer.concat([Buffer.from('"ab'), Buffer.from([0xe2, 0x82])]), 3],
    [Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 1],
  ])('that is not UTF-8 is refused with its offset', (body, offset) => {
    expect(
      thrownBy(() => {
        look(body);
      }),
    ).toMatchObject({ code: 'INPUT_INVALID', details: { path: '$', offset } });
  });

  it.each([
    ['{"a":{"b":1,"b":2}}', 'a.b'],
    ['{"a":[{"__proto__":{}}]}', 'a.0.__proto__'],
  ])('%s is refused by its path', (body, path) => {
    expect(
      thrownBy(() => {
        look(body);
      }),
    ).toMatchObject({ code: 'INPUT_INVALID', details: { path } });
  });

  it('that is deep, or of another charset, is refused', () => {
    look(`${'['.repeat(32)}${']'.repeat(32)}`);
    expect(
      thrownBy(() => {
        look('['.repeat(500_000));
      }),
    ).toMatchObject({ code: 'INPUT_TOO_LARGE' });
    expect(
      thrownBy(() => {
        look('{}', 'utf-16le');
      }),
    ).toMatchObject({ code: 'INPUT_MEDIA_TYPE' });
  });
});
