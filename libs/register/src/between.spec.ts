import { isOfOthers } from './index.js';

const agreed = { content: { between: ['kz-knb', 'by-mvd'] } };

it.each([
  ['one of the two', agreed, 'kz-knb', false],
  ['another authority of the node', agreed, 'kz-mvd', true],
  ['who looks at the node as a whole', agreed, null, false],
  ['anybody, where it is between nobody', { content: {} }, 'kz-mvd', false],
  ['anybody, where it cannot be read', { content: { between: 'kz-knb' } }, 'kz-mvd', false],
])('what two authorities agreed is of others for %s: %j, %s, %s', (_, book, authority, expected) => {
  expect(isOfOthers(book, authority)).toBe(expected);
});
