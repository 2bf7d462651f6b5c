/** A member that JSON.parse would silently take as something else, and where it stands. */
export interface UnsoundName {
  /** Names and indexes from the top. */
  readonly path: readonly (string | number)[];
  readonly problem: 'twice' | 'prototype';
}

interface Level {
  /** Null in an array. */
  readonly names: Set<string> | null;
  /** The name or index of what is being read; of an object 0 before its first name. */
  step: string | number;
}

/**
 * Finds the first member whose name its object has already, of which JSON.parse would keep the last, or that is called
 * `__proto__`. Without recursion; only for text whose depth is bounded.
 *
 * @param text JSON; what it says of other text means nothing
 */
export function unsoundName(text: string): UnsoundName | undefined {
  const levels: Level[] = [];
  const colon = /\s*:/y;
  for (let at = 0; at < text.length; at++) {
    const top = levels.at(-1);
    const character = text[at];
    if (character === '{') levels.push({ names: new Set(), step: 0 });
    else if (character === '[') levels.push({ names: null, step: 0 });
    else if (character === '}' || character === ']') levels.pop();
    else if (character === ',' && typeof top?.step === 'number') top.step++;
    else if (character === '"') {
      const end = endOfString(text, at);
      colon.lastIndex = end;
      if (top?.names && colon.test(text)) {
        const name = nameOf(text.slice(at, end));
        if (name === undefined) return undefined;
        top.step = name;
        const problem = name === '__proto__' ? 'prototype' : top.names.has(name) ? 'twice' : undefined;
        if (problem) return { path: levels.map(({ step }) => step), problem };
        top.names.add(name);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Undefined for what is no JSON string: the parser will say so. */
function nameOf(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

/** The index after the closing quote. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
