import type { Writable } from 'node:stream';

/** The reader of our output has gone, as `| head` does. */
export class ReaderGone extends Error {}

/** Text for a slow or short reader: gathered, and written only as fast as it is taken. */
export class Output {
  #text = '';

  constructor(private readonly stream: Writable) {
    // Reported by the failing write; without a listener the process would end on it.
    stream.on('error', () => undefined);
  }

  line(text: string): void {
    this.#text += `${text}\n`;
  }

  /** Resolves once all of it was taken. @throws ReaderGone */
  async flush(): Promise<void> {
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    await new Promise<void>((resolve, reject) => {
      this.stream.write(text, (error) => {
        if (!error) resolve();
        else reject('code' in error && error.code === 'EPIPE' ? new ReaderGone() : error);
      });
    });
  }
}

/** Prints to standard output, to its end or until its reader has gone. */
export async function printLines(lines: readonly string[]): Promise<void> {
  const output = new Output(process.stdout);
  for (const line of lines) output.line(line);
  await output.flush().catch((error: unknown) => {
    if (!(error instanceof ReaderGone)) throw error;
  });
}
