/** Makes a value once for each key and gives the same one again. The `max` newest are kept. */
export function rememberingNewest<T extends object>(max: number): (key: string, make: () => T) => T {
  const kept = new Map<string, T>();
  return (key, make) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    for (const oldest of kept.keys()) {
      if (kept.size < max) break;
      kept.delete(oldest);
    }
    kept.set(key, made);
    return made;
  };
}

/** For what never changes between two objects: asked once a pair, for as long as both are there. */
export function rememberingPairs<A extends object, B extends object>(
  ask: (one: A, other: B) => boolean,
): (one: A, other: B) => boolean {
  const known = new WeakMap<A, WeakMap<B, boolean>>();
  return (one, other) => {
    const answers = known.get(one) ?? new WeakMap<B, boolean>();
    known.set(one, answers);
    const answer = answers.get(other) ?? ask(one, other);
    answers.set(other, answer);
    return answer;
  };
}
