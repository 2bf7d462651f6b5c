import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What one way of sending measured. Times in milliseconds. */
export interface Measured {
  readonly messages: number;
  /** From the first call to the last receipt. */
  readonly elapsedMs: number;
  /** How long each caller waited. */
  readonly calls: readonly number[];
  /** From the start of each call to its receipt. */
  readonly endToEnd: readonly number[];
}

/** Nearest rank; NaN where nothing was measured. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export const perSecond = ({ messages, elapsedMs }: Pick<Measured, 'messages' | 'elapsedMs'>): number =>
  (messages / elapsedMs) * 1000;

/**
 * As many as requested, or as many as a slow or busy machine manages in that time, by the rate at which it warmed up.
 */
export function affordable(wanted: number, warmUp: Measured, secondsMax: number): number {
  return Math.max(1, Math.min(wanted, Math.ceil(perSecond(warmUp) * secondsMax)));
}

/** `callers` at once, each beginning the next call when its last one is over. */
export async function closedLoop(
  callers: number,
  count: number,
  call: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(callers, count) }, caller));
}

/** Calls at fixed moments, whether or not earlier ones are over: queueing shows in the times. */
export async function openLoop(
  ratePerSecond: number,
  count: number,
  call: (index: number) => Promise<void>,
): Promise<void> {
  const started = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < count; index++) {
    const due = started + (index * 1000) / ratePerSecond - performance.now();
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    running.push(call(index));
  }
  await Promise.all(running);
}

/** How often a second `work` runs on one core: the median of several bursts, so that one pause does not count. */
export function rateOf(work: () => unknown, burstMs = 150, bursts = 5): number {
  const rates: number[] = [];
  for (let burst = 0; burst <= bursts; burst++) {
    const started = performance.now();
    let runs = 0;
    while (performance.now() - started < burstMs) {
      for (let index = 0; index < 10; index++) work();
      runs += 10;
    }
    rates.push((runs / (performance.now() - started)) * 1000);
  }
  // The first burst is the compiler's.
  return percentile(rates.slice(1), 50);
}

export interface Compared {
  readonly rate: number;
  readonly limit: number;
  /** The median of the pairs' ratios: a slow moment of the machine meets both of a pair. */
  readonly ratio: number;
}

/**
 * How often a second two pieces of work run on one core, in short alternating bursts. Each burst ends with the
 * collection of what it left behind: otherwise the one that fills memory sooner also pays for the garbage of the other.
 */
export function compared(work: () => unknown, bare: () => unknown, burstMs = 80, pairs = 31): Compared {
  const collect = collector();
  const burst = (run: () => unknown): number => {
    const started = performance.now();
    let runs = 0;
    while (performance.now() - started < burstMs) {
      for (let index = 0; index < 10; index++) run();
      runs += 10;
    }
    collect();
    return (runs / (performance.now() - started)) * 1000;
  };
  collect();
  const rates = Array.from({ length: pairs }, () => [burst(work), burst(bare)] as const);
  const median = (of: (pair: readonly [number, number]) => number): number =>
    percentile(
      rates.map((pair) => of(pair)),
      50,
    );
  return {
    rate: median(([rate]) => rate),
    limit: median(([, limit]) => limit),
    ratio: median(([rate, limit]) => rate / limit),
  };
}

/** V8's collection of young objects, which nothing else exposes. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  return () => {
    gc({ type: 'minor' });
  };
}

export const rounded = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2);

/** A Markdown table whose columns line up as plain text too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
