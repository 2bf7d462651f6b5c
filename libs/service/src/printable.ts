/** Line ends, control characters (ANSI sequences begin with one), what turns the direction of writing, and half characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text that is not all ours, as one line that says what it is: nothing in it ends the line, hides or colours anything. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** The frames of a stack trace, each on a line of its own; what stands before them, the message, is on the first. */
export function printableStack(stack: string): string {
  const lines = stack.split('\n');
  const first = lines.findIndex((line) => /^ {4}at /.test(line));
  const [message, frames] = first === -1 ? [lines, []] : [lines.slice(0, first), lines.slice(first)];
  return [printable(message.join('\n')), ...frames.map(printable)].join('\n');
}
