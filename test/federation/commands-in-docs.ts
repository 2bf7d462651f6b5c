import { readFileSync } from 'node:fs';

/** Commands of a document, and what it shows of their output. */
export interface Block {
  readonly line: number;
  readonly commands: string;
  /** Lines that must come; `…` stands for anything. Empty where the document shows none. */
  readonly expected: readonly string[];
}

/** Every ```sh block with the block without a language behind it. */
export function blocksOf(file: string): Block[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const blocks: { line: number; language: string; text: string[] }[] = [];
  let open: (typeof blocks)[number] | undefined;
  lines.forEach((line, index) => {
    const fence = /^```(\w*)$/.exec(line);
    if (open) {
      if (fence) {
        blocks.push(open);
        open = undefined;
      } else open.text.push(line);
    } else if (fence) open = { line: index + 2, language: fence[1] ?? '', text: [] };
  });
  return blocks.flatMap(({ line, language, text }, index) => {
    if (language !== 'sh') return [];
    const next = blocks[index + 1];
    const expected = next && ['', 'json'].includes(next.language) ? next.text : [];
    return [{ line, commands: text.join('\n'), expected: expected.filter((one) => one.trim() !== '') }];
  });
}

/** The shown lines that the output has none of. Spaces count as one: columns are as wide as their longest entry. */
export function missingIn(output: string, expected: readonly string[]): string[] {
  const lines = output.split('\n').map(squeezed);
  return expected.filter((line) => {
    const pattern = squeezed(line)
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    const matches = new RegExp(`^${pattern}$`);
    return squeezed(line) !== '…' && !lines.some((one) => matches.test(one));
  });
}

const squeezed = (line: string): string => line.replace(/\s+/g, ' ').trim();
