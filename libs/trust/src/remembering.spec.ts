import { rememberingNewest, rememberingPairs } from './remembering.js';

describe('what is remembered by key', () => {
  it('is made once, and the oldest is forgotten', () => {
    const made: string[] = [];
    const remember = rememberingNewest<{ key: string }>(2);
    const ask = (key: string) =>
      remember(key, () => {
        made.push(key);
        return { key };
      });
    const first = ask('a');
    expect([ask('b'), ask('a'), ask('b')]).toEqual([{ key: 'b' }, first, { key: 'b' }]);
    expect(ask('a')).toBe(first);
    ask('c');
    expect(made).toEqual(['a', 'b', 'c']);
    ask('b');
    ask('c');
    expect(made).toEqual(['a', 'b', 'c']);
    expect(ask('a')).toEqual(first);
    ask('c');
    expect(made).toEqual(['a', 'b', 'c', 'a']);
    ask('b');
    expect(made).toEqual(['a', 'b', 'c', 'a', 'b']);
  });

  it('is not what could not be made', () => {
    const remember = rememberingNewest<object>(1);
    const refuse = () => remember('a', () => JSON.parse('{') as object);
    expect(refuse).toThrow(SyntaxError);
    expect(refuse).toThrow(SyntaxError);
    expect(remember('a', () => ({}))).toEqual({});
  });
});

it('what is remembered by pair is asked once for each, in its order', () => {
  const asked: [object, object][] = [];
  const yes = { answer: true };
  const no = { answer: false };
  const ask = rememberingPairs((one: typeof yes, other: typeof yes) => {
    asked.push([one, other]);
    return one.answer;
  });
  for (let time = 0; time < 2; time++)
    expect([ask(yes, no), ask(no, yes), ask(yes, yes), ask(no, no)]).toEqual([true, false, true, false]);
  expect(asked).toEqual([
    [yes, no],
    [no, yes],
    [yes, yes],
    [no, no],
  ]);
});
