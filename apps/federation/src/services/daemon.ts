import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ValiseError } from '#core';
import { RUN, type Mark } from './owned.js';

/** A log is set aside at the next start once it is larger than this; one older log is kept. */
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const TAIL_LINES = 15;
const POLL_MS = 50;

export interface DaemonOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly mark: Mark;
  readonly logFile: string;
  readonly cwd: string;
  /** The account to run as, when we are root and the program must not be. */
  readonly account?: { readonly uid: number; readonly gid: number } | undefined;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Daemon {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** How it ended; undefined while it runs. */
  exit(): Exit | undefined;
  /** Sends `signal`, waits up to `graceMs`, then SIGKILL. Returns when the process is gone. */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<Exit>;
}

/**
 * Starts a program in a session of its own, so that Ctrl-C at the terminal reaches us alone and we can end things in
 * order. Its output goes to a log file.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const log = openLog(options.logFile);
  const run = process.env[RUN];
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...options.env, ...options.mark, ...(run === undefined ? {} : { [RUN]: run }) },
    detached: true,
    stdio: ['ignore', log, log],
    ...options.account,
  });
  closeSync(log);
  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  return {
    pid: child.pid ?? 0,
    exited,
    exit: () => exit,
    async stop(signal, graceMs) {
      child.ref();
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      const ended = await exited;
      clearTimeout(timer);
      return ended;
    },
  };
}

/**
 * Waits until `isReady` says so.
 * @throws ValiseError SERVICE_UNAVAILABLE, with the end of the log, if the program ends or the time runs out first.
 */
export async function untilReady(
  what: string,
  daemon: Daemon,
  logFile: string,
  limitMs: number,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + limitMs;
  for (;;) {
    const exit = daemon.exit();
    if (exit === undefined && (await isReady())) return;
    if (exit !== undefined || Date.now() > end) {
      const how =
        exit === undefined
          ? `was not ready after ${limitMs / 1000} s`
          : `ended at its start (${exit.signal ?? `exit code ${exit.code ?? '?'}`})`;
      throw new ValiseError(
        'SERVICE_UNAVAILABLE',
        `${what} ${how}; its log ${logFile} ends with:\n${tail(logFile)}`,
      );
    }
    await delay(POLL_MS);
  }
}

/** The last lines of a log, for a message. */
export function tail(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  } catch {
    return '(no log)';
  }
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  try {
    if (statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`);
  } catch {
    // There is no log yet.
  }
  return openSync(file, 'a', 0o600);
}
