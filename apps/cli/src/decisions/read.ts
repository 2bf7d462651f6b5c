import type { Input } from './input.js';
import { DecisionFileSplitter, type SplitterHandlers } from './splitter.js';

export interface DecisionFileReader extends Required<SplitterHandlers> {
  /** Called between chunks: nothing more is read until it resolves. */
  pause(): Promise<void>;
}

/**
 * Gives the reader the register of a decision file first and then its cases in their order, in bounded memory. Where the
 * cases come first, the input is gone through twice; a stream is kept in a file of ours meanwhile.
 *
 * @throws ValiseError INPUT_INVALID naming the path; the cases before it have then been given
 */
export async function readDecisionFile(input: Input, reader: DecisionFileReader): Promise<void> {
  const splitter = new DecisionFileSplitter(reader);
  const chunks = input.chunks[Symbol.asyncIterator]();
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    const taken = splitter.push(next.value, true);
    if (taken < next.value.length) {
      await readRegisterLast(splitter, input, next.value.subarray(taken), chunks, reader);
      return;
    }
    await reader.pause();
  }
  splitter.end();
}

async function readRegisterLast(
  splitter: DecisionFileSplitter,
  input: Input,
  rest: Buffer,
  chunks: AsyncIterator<Buffer>,
  reader: DecisionFileReader,
): Promise<void> {
  const first = splitter.fork({
    register: (text) => {
      reader.register(text);
    },
  });
  const second = splitter.fork({
    case: (text, index) => {
      reader.case(text, index);
    },
  });
  const kept = await input.keep(splitter.offset);
  try {
    for (let chunk: Buffer | undefined = rest; chunk !== undefined; chunk = await following(chunks)) {
      first.push(chunk);
      await kept.write(chunk);
    }
    first.end();
    for await (const chunk of kept.read()) {
      second.push(chunk);
      await reader.pause();
    }
    second.end();
  } finally {
    await kept.close();
  }
}

async function following(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const next = await chunks.next();
  return next.done ? undefined : next.value;
}
