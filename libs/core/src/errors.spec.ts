import { messageOf, ValiseError } from './index.js';

describe('an error', () => {
  it('carries its code, its details and what caused it, and is named in logs', () => {
    const cause = new Error('connection lost');
    const error = new ValiseError('DATABASE_UNAVAILABLE', 'no database', { remedy: 'start it' }, { cause });
    expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE', details: { remedy: 'start it' }, cause });
    expect(String(error)).toBe('ValiseError: no database');
    expect(new ValiseError('INTERNAL', 'no details').details).toEqual({});
  });

  it.each([
    [new ValiseError('GAP', 'one is missing'), 'one is missing'],
    [new TypeError('not a function'), 'not a function'],
    ['a word', 'a word'],
    [undefined, 'undefined'],
    [404, '404'],
  ])('%p has a message for a log line', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
