/**
 * Leaves out what a failure does not need: halves first, then smaller parts, until no single one can be left out
 * (Zeller and Hildebrandt 2002, ddmin).
 *
 * @param fails whether it still fails with these alone; it does with all of them
 */
export function shrunk(items: readonly number[], fails: (items: readonly number[]) => boolean): number[] {
  const fewer = oncePassed(items, fails);
  // What is left of large parts may let others go.
  return fewer.length < items.length ? shrunk(fewer, fails) : fewer;
}

function oncePassed(items: readonly number[], fails: (items: readonly number[]) => boolean): number[] {
  let kept = [...items];
  for (let parts = 2; kept.length > 0;) {
    const size = Math.ceil(kept.length / parts);
    const smaller = Array.from({ length: parts }, (_, part) => [
      ...kept.slice(0, part * size),
      ...kept.slice((part + 1) * size),
    ]).find((rest) => rest.length < kept.length && fails(rest));
    if (smaller) {
      kept = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) return kept;
    else parts = Math.min(kept.length, parts * 2);
  }
  return kept;
}
