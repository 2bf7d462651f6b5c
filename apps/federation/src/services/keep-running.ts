import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '#core';
import type { Exit } from './daemon.js';

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 8_000;
/** After so many ends in a row, none of them after a quiet minute, it is not restarted. */
const RESTARTS_MAX = 6;
const QUIET_MS = 60_000;

/** A server that is ready. */
export interface RunningServer {
  readonly exited: Promise<Exit>;
  stop(): Promise<void>;
}

/**
 * Starts a server and keeps it running until it is told to stop: when it ends by itself that is reported, and it is started
 * again on the same data and ports.
 *
 * @param launch resolves when the server is ready; ends what it started where it fails
 */
export async function keepRunning(
  name: string,
  report: (line: string) => void,
  launch: () => Promise<RunningServer>,
): Promise<{ stop(): Promise<void> }> {
  let server: RunningServer | undefined = await launch();
  const ending = new AbortController();
  const isEnding = (): boolean => ending.signal.aborted;

  const watch = async (): Promise<void> => {
    for (let endsInRow = 0; !isEnding();) {
      const started = Date.now();
      const exit = await server?.exited;
      if (isEnding()) return;
      endsInRow = Date.now() - started > QUIET_MS ? 1 : endsInRow + 1;
      if (exit) report(`${name} ended unexpectedly (${exit.signal ?? `exit code ${exit.code ?? '?'}`})`);
      server = undefined;
      if (endsInRow > RESTARTS_MAX) {
        report(`${name} ended ${endsInRow} times in a row and is not restarted`);
        return;
      }
      const pause = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (endsInRow - 1));
      await delay(pause, undefined, { signal: ending.signal }).catch(() => undefined);
      if (isEnding()) return;
      server = await launch().catch((error: unknown) => {
        report(`${name} did not start again: ${messageOf(error)}`);
        return undefined;
      });
      if (server) report(`${name} runs again`);
    }
  };
  const watching = watch();

  return {
    async stop() {
      ending.abort();
      await server?.stop();
      // A start that was under way when we were asked to stop.
      await watching;
      await server?.stop();
    },
  };
}
