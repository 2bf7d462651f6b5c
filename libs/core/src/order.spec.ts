import { compare } from './index.js';

describe('an order of texts', () => {
  it('is that of their code units, whatever the language', () => {
    // A locale would put the small letter first, and ё between е and ж.
    expect(['ж', 'ё', 'a', 'е', 'B', ''].sort(compare)).toEqual(['', 'B', 'a', 'е', 'ж', 'ё']);
    expect(compare('a', 'b')).toBeLessThan(0);
    expect(compare('b', 'a')).toBeGreaterThan(0);
    expect(compare('a', 'a')).toBe(0);
  });
});
