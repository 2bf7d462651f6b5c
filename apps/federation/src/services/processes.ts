import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, ValiseError } from '#core';
import { startDaemon, untilReady, type Daemon, type Exit } from './daemon.js';
import { endOwned, mark } from './owned.js';

const READY_MS = 60_000;
const POLL_ANSWER_MS = 2_000;
const STOP_MS = 10_000;
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 8_000;
/** After so many crashes in a row, none of them after a quiet minute, it is not restarted. */
const RESTARTS_MAX = 6;
const QUIET_MS = 60_000;

export interface ProcessesOptions {
  readonly dataDir: string;
  readonly report: (line: string) => void;
  /** Called when a process is not restarted any more after too many crashes. */
  readonly onGivenUp?: (name: string) => void;
  /** The first pause before a restart in milliseconds; it doubles from crash to crash. For tests. */
  readonly backoffMs?: number;
}

export interface ProcessSpec {
  /** Unique among the processes; names the log `<dataDir>/logs/<name>.log`. */
  readonly name: string;
  /** Absolute path of a JavaScript file. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Added to our own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Answers with a status of 2xx once the process is ready. Without it a process is ready when it runs. */
  readonly readyUrl?: string;
}

export type ProcessState = 'starting' | 'ready' | 'waiting' | 'given-up' | 'stopped';

export interface SupervisedProcess {
  readonly name: string;
  readonly logFile: string;
  state(): ProcessState;
  /** Undefined while it does not run. */
  pid(): number | undefined;
  /** How often it was started again after a crash. */
  restarts(): number;
  /** SIGTERM, after ten seconds SIGKILL. It is not started again. */
  stop(): Promise<void>;
}

export interface Processes {
  /**
   * Ends what a killed run left under this name, starts the process and waits until it is ready.
   * @throws ValiseError SERVICE_UNAVAILABLE, with the end of its log, if it ends or is not ready in a minute.
   */
  start(spec: ProcessSpec): Promise<SupervisedProcess>;
  all(): readonly SupervisedProcess[];
  /** Stops all, the last started first. */
  stop(): Promise<void>;
}

/** A small supervisor of Node.js processes: log files, readiness, restart after a crash, an end in order. */
export function superviseProcesses(options: ProcessesOptions): Processes {
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const running = new Map<string, Supervised>();
  return {
    async start(spec) {
      const known = running.get(spec.name);
      if (known !== undefined && known.state() !== 'stopped' && known.state() !== 'given-up') {
        throw new ValiseError('ALREADY_RUNNING', `process ${spec.name} has been started already`);
      }
      const left = await endOwned(mark(dataDir, spec.name), 'SIGTERM', STOP_MS);
      if (left > 0) options.report(`ended a process “${spec.name}” that an earlier run had left behind`);
      const supervised = new Supervised(spec, { ...options, dataDir });
      running.delete(spec.name);
      running.set(spec.name, supervised);
      await supervised.start();
      return supervised;
    },
    all: () => [...running.values()],
    async stop() {
      for (const supervised of [...running.values()].reverse()) await supervised.stop();
    },
  };
}

class Supervised implements SupervisedProcess {
  readonly name: string;
  readonly logFile: string;
  private current: ProcessState = 'stopped';
  private daemon: Daemon | undefined;
  private crashesInRow = 0;
  private restarted = 0;
  private readonly ending = new AbortController();
  private watching: Promise<void> = Promise.resolve();

  constructor(
    private readonly spec: ProcessSpec,
    private readonly options: ProcessesOptions,
  ) {
    this.name = spec.name;
    this.logFile = join(options.dataDir, 'logs', `${spec.name}.log`);
  }

  state(): ProcessState {
    return this.current;
  }

  pid(): number | undefined {
    return this.daemon?.exit() === undefined ? this.daemon?.pid : undefined;
  }

  restarts(): number {
    return this.restarted;
  }

  async start(): Promise<void> {
    try {
      const daemon = await this.launch();
      this.watching = this.watch(daemon);
    } catch (error) {
      await this.daemon?.stop('SIGKILL', STOP_MS);
      this.current = 'stopped';
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.daemon?.stop('SIGTERM', STOP_MS);
    await this.watching;
    // A restart that was under way when we were asked to stop.
    await this.daemon?.stop('SIGKILL', STOP_MS);
    this.current = 'stopped';
  }

  private async launch(): Promise<Daemon> {
    this.current = 'starting';
    const { spec, options } = this;
    const daemon = await startDaemon({
      command: process.execPath,
      args: [spec.script, ...(spec.args ?? [])],
      env: { ...process.env, ...spec.env },
      mark: mark(options.dataDir, spec.name),
      logFile: this.logFile,
      cwd: options.dataDir,
    });
    this.daemon = daemon;
    const { readyUrl } = spec;
    if (readyUrl !== undefined) {
      await untilReady(spec.name, daemon, this.logFile, READY_MS, () => answers(readyUrl));
    }
    this.current = 'ready';
    return daemon;
  }

  /** Waits for the process to end; what ends without being asked to is started again, unless it crashes too often. */
  private async watch(first: Daemon): Promise<void> {
    let daemon: Daemon | undefined = first;
    while (!this.isEnding()) {
      const started = Date.now();
      const exit: Exit | undefined = await daemon?.exited;
      if (this.isEnding()) return;
      this.crashesInRow = Date.now() - started > QUIET_MS ? 1 : this.crashesInRow + 1;
      if (exit !== undefined) this.options.report(`${this.name} ended unexpectedly (${describe(exit)})`);
      if (this.crashesInRow > RESTARTS_MAX) {
        this.giveUp();
        return;
      }
      daemon = await this.restart();
    }
  }

  private async restart(): Promise<Daemon | undefined> {
    this.current = 'waiting';
    const first = this.options.backoffMs ?? BACKOFF_FIRST_MS;
    const pause = Math.min(first * 2 ** (this.crashesInRow - 1), BACKOFF_MAX_MS);
    await delay(pause, undefined, { signal: this.ending.signal }).catch(() => undefined);
    if (this.isEnding()) return undefined;
    this.restarted += 1;
    try {
      const daemon = await this.launch();
      this.options.report(`${this.name} runs again`);
      return daemon;
    } catch (error) {
      if (!this.ending.signal.aborted)
        this.options.report(`${this.name} did not start again: ${messageOf(error)}`);
      await this.daemon?.stop('SIGKILL', STOP_MS);
      return undefined;
    }
  }

  private isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  private giveUp(): void {
    this.current = 'given-up';
    this.options.report(
      `${this.name} crashed ${this.crashesInRow} times in a row and is not restarted; see ${this.logFile}`,
    );
    this.options.onGivenUp?.(this.name);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(POLL_ANSWER_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

function describe(exit: Exit): string {
  return exit.signal ?? `exit code ${exit.code ?? '?'}`;
}
