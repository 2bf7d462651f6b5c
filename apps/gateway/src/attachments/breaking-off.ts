/**
 * Items until the signal says that nobody waits for them any more. A source that stalls never answers a request to end, and
 * from Node.js 24 on a pipeline waits for that answer.
 */
export async function* breakingOff<Item>(
  source: AsyncIterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const items = source[Symbol.asyncIterator]();
  let interrupt: () => void = () => undefined;
  const onAbort = (): void => {
    interrupt();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      // A promise for each item: one that is raced against all of them would keep every item until it settles.
      const next = await new Promise<IteratorResult<Item, unknown>>((resolve, reject) => {
        interrupt = () => {
          reject(signal.reason as Error);
        };
        if (signal.aborted) interrupt();
        else items.next().then(resolve, reject);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: it may be stalled.
    items.return?.().catch(() => undefined);
  }
}
