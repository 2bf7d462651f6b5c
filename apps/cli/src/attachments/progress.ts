import { percent, size } from './view.js';

/** Reports progress repeatedly. */
export interface Progress {
  at(done: number, total: number): void;
  /** The line is finished; what is printed next has one of its own. */
  end(): void;
}

export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const BAR_WIDTH = 30;
const REDRAW_MS = 100;
const LINES = 10;

/** A bar that redraws itself on a terminal, a line for every tenth elsewhere. @param now Unix milliseconds */
export function showProgress(title: string, terminal: Terminal, now: () => number): Progress {
  return terminal.isTTY === true ? bar(title, terminal, now) : lines(title, terminal, now);
}

function bar(title: string, terminal: Terminal, now: () => number): Progress {
  const rate = rateSince(now);
  let drawnAt = -Infinity;
  let isOpen = false;
  return {
    at(done, total) {
      if (now() - drawnAt < REDRAW_MS && done < total) return;
      drawnAt = now();
      isOpen = true;
      const full = total === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * done) / total);
      const drawn = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
      terminal.write(`\r\x1b[K${title} ${drawn} ${percent(done, total)} of ${size(total)}${rate(done)}`);
    },
    end() {
      if (isOpen) terminal.write('\n');
      isOpen = false;
    },
  };
}

function lines(title: string, terminal: Terminal, now: () => number): Progress {
  const rate = rateSince(now);
  let told = -1;
  return {
    at(done, total) {
      const tenth = total === 0 ? LINES : Math.floor((LINES * done) / total);
      if (tenth <= told) return;
      told = tenth;
      terminal.write(`${title} ${percent(done, total)} of ${size(total)}${rate(done)}\n`);
    },
    end: () => undefined,
  };
}

/** From the first figure on: what was there before took no time of ours. */
function rateSince(now: () => number): (done: number) => string {
  let first: { at: number; done: number } | undefined;
  return (done) => {
    first ??= { at: now(), done };
    const seconds = (now() - first.at) / 1000;
    return seconds < 0.5 || done <= first.done ? '' : `, ${size((done - first.done) / seconds)}/s`;
  };
}
