import fc from 'fast-check';

/** Fractions and unsafe integers have no place in a payload; everything else JSON can say has. */
function withoutFractions(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : 0;
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(withoutFractions);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== '__proto__')
        .map(([key, member]) => [key.toWellFormed(), withoutFractions(member)]),
    );
  return value;
}

/** Whatever JSON a message's body may hold. */
export const anyBody = fc.dictionary(
  fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
  fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }).map(withoutFractions),
);

/** The same under names that every tool sorts alike: canonical order is by UTF-16 units, and Python's is by characters. */
export const plainlyNamedBody = fc.dictionary(
  fc.stringMatching(/^[a-zA-Z0-9-]{0,12}$/),
  fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      fc.constant('__proto__'),
    ),
  ),
);
