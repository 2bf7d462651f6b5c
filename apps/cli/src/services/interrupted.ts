const KEEP_ALIVE_MS = 60_000;

/**
 * Resolves at the first Ctrl-C, SIGTERM or closed terminal, for an orderly end, and keeps the process alive until then.
 * At a second signal the process ends at once: what it leaves behind is ended by the next start.
 */
export function untilInterrupted(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    // A listener for signals alone does not keep a process alive.
    const keepAlive = setInterval(() => undefined, KEEP_ALIVE_MS);
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(130);
      asked = true;
      clearInterval(keepAlive);
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
