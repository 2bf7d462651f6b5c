const KEEP_ALIVE_MS = 60_000;
/** npm passes on the Ctrl-C that the terminal has sent us already: a signal this soon after the first is the same one. */
const SAME_SIGNAL_MS = 1_000;

export interface Interruption {
  /** Resolves at the first Ctrl-C, SIGTERM or closed terminal. */
  readonly requested: Promise<NodeJS.Signals>;
  /** True once it has been asked for: what takes long may stop early. */
  isRequested(): boolean;
  /** Stops watching: signals have their usual effect again, and the process may end when its work is done. */
  release(): void;
}

/**
 * Watches for the operator's wish to end, so that things can be stopped in order, and keeps the process alive meanwhile.
 * At a second signal the process ends at once: what it leaves behind is ended by the next start.
 */
export function watchInterruption(): Interruption {
  // A listener for signals alone does not keep a process alive.
  const keepAlive = setInterval(() => undefined, KEEP_ALIVE_MS);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let askedAt: number | undefined;
  let onSignal: (signal: NodeJS.Signals) => void = () => undefined;
  const requested = new Promise<NodeJS.Signals>((resolve) => {
    onSignal = (signal) => {
      if (askedAt !== undefined && Date.now() - askedAt > SAME_SIGNAL_MS) process.exit(130);
      askedAt ??= Date.now();
      resolve(signal);
    };
  });
  for (const signal of signals) process.on(signal, onSignal);
  return {
    requested,
    isRequested: () => askedAt !== undefined,
    release() {
      clearInterval(keepAlive);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
