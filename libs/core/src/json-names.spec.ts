import { unsoundName } from './json-names.js';

const at = (problem: string, ...path: (string | number)[]) => ({ path, problem });

describe('names in a JSON text', () => {
  it.each<[string, unknown]>([
    ['{"a":1,"a":2}', at('twice', 'a')],
    ['{"a":1, "\\u0061" : 2}', at('twice', 'a')],
    ['{"x":[0,{"b":{},"c":"a\\"","b":[]}]}', at('twice', 'x', 1, 'b')],
    ['[{},[{"":0,"":0}]]', at('twice', 1, 0, '')],
    ['{"__proto__":1}', at('prototype', '__proto__')],
    ['{"a":{"__pro\\u0074o__":{}}}', at('prototype', 'a', '__proto__')],
    ['{"constructor":1,"toString":2}', undefined],
    ['{"a":{"a":{"a":"a"}},"b":["a","a"]}', undefined],
    ['{"a":"\\"a\\":","b":"{\\"b\\":1"}', undefined],
    ['"__proto__"', undefined],
    ['{"x":[0],"a":1,"a":2}', at('twice', 'a')],
    ['{"x":{"y":0},"a":1,"a":2}', at('twice', 'a')],
    ['{"a":0,"b":0,"c":[0,0,{"d":0,"d":0}]}', at('twice', 'c', 2, 'd')],
    [',', undefined],
    ['1,"a":1,"a":1', undefined],
    ['{"\\x":1,"a":1,"a":1}', undefined],
    ['{"a', undefined],
  ])('%s', (text, unsound) => {
    expect(unsoundName(text)).toEqual(unsound);
  });
});
