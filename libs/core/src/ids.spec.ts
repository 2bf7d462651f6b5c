import { isUuidv7, uuidv7 } from './index.js';

describe('an identifier', () => {
  it('is made of the instant, which it begins with, and of the random bytes alone', () => {
    const now = Date.UTC(2022, 1, 22, 19, 22, 22);
    const [ones, twos] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
    // The instant of the example in appendix A.6 of RFC 9562.
    expect(uuidv7(now, ones)).toMatch(/^017f22e2-79b0-7/);
    expect(uuidv7(now, ones)).toBe(uuidv7(now, ones));
    expect(uuidv7(now, ones)).not.toBe(uuidv7(now, twos));
    expect(uuidv7(now, twos) < uuidv7(now + 1, ones)).toBe(true);
  });

  it('is a UUID of version 7 with the variant of RFC 9562, in lower case', () => {
    expect(isUuidv7(uuidv7(Date.UTC(2026, 5, 1), new Uint8Array(16).fill(255)))).toBe(true);
    const of = (version: string, variant: string) => `01890a5d-ac96-${version}74b-${variant}cce-b302099a8057`;
    const digits = Array.from({ length: 16 }, (_, digit) => digit.toString(16));
    expect(digits.filter((variant) => isUuidv7(of('7', variant)))).toEqual(['8', '9', 'a', 'b']);
    expect(digits.filter((version) => isUuidv7(of(version, '8')))).toEqual(['7']);
    for (const other of [
      `${of('7', '8')}0`,
      ` ${of('7', '8')}`,
      of('7', '8').toUpperCase(),
      `${of('7', '8')}\n`,
    ])
      expect(isUuidv7(other)).toBe(false);
  });
});
