import { fork, type ChildProcess } from 'node:child_process';
import { ValiseError } from '#core';
import { unlessAborted } from './interruptible.js';
import type { Measured } from './statistics.js';

export type Side = 'sender' | 'recipient';

/** What the two processes tell: `ready`, then the sender what it measured, or either what went wrong. */
type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'measured'; readonly measured: Measured }
  | { readonly kind: 'failed'; readonly error: string };
type Asked = { readonly kind: 'prepare'; readonly task: unknown } | { readonly kind: 'go' };

/** Runs one way of sending between two processes of its own: recipient first, then the sender measures. */
export async function runPair(
  script: URL,
  task: unknown,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Measured> {
  const children: ChildProcess[] = [];
  const start = (side: Side): ChildProcess => {
    const child = fork(script, [side], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    return child;
  };
  try {
    const [recipient, sender] = [start('recipient'), start('sender')];
    for (const child of [recipient, sender]) {
      const ready = answerOf(child, timeoutMs);
      child.send({ kind: 'prepare', task } satisfies Asked);
      await unlessAborted(signal, ready);
    }
    const measuring = answerOf(sender, timeoutMs);
    const failing = failureOf(recipient);
    sender.send({ kind: 'go' } satisfies Asked);
    const told = await unlessAborted(signal, Promise.race([measuring, failing]));
    if (told.kind !== 'measured')
      throw new ValiseError('INTERNAL', `benchmark: ${script.pathname} measured nothing`);
    return told.measured;
  } finally {
    await Promise.all(children.map(end));
  }
}

function answerOf(child: ChildProcess, timeoutMs: number): Promise<Told> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new ValiseError(
          'INTERNAL',
          `benchmark: ${child.spawnargs.join(' ')} took longer than ${timeoutMs / 1000} s`,
        ),
      );
    }, timeoutMs);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      act();
    };
    const onMessage = (told: Told): void => {
      settle(() => {
        if (told.kind === 'failed') reject(new ValiseError('INTERNAL', `benchmark: ${told.error}`));
        else resolve(told);
      });
    };
    const onExit = (code: number | null): void => {
      settle(() => {
        reject(new ValiseError('INTERNAL', `benchmark: ${child.spawnargs.join(' ')} ended with ${code}`));
      });
    };
    child.on('message', onMessage).on('exit', onExit);
  });
}

/** Never resolves: rejects if the child fails meanwhile. */
function failureOf(child: ChildProcess): Promise<never> {
  const failing = new Promise<never>((_, reject) => {
    child.once('message', (told: Told) => {
      if (told.kind === 'failed') reject(new ValiseError('INTERNAL', `benchmark: ${told.error}`));
    });
    child.once('exit', (code) => {
      reject(new ValiseError('INTERNAL', `benchmark: the recipient ended with ${code}`));
    });
  });
  // The end of the run ends the recipient too.
  failing.catch(() => undefined);
  return failing;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

/** The other end of `runPair`, in each of the two processes. They end with their parent, however that ends. */
export function serveSide(
  prepare: (side: Side, task: unknown) => Promise<(() => Promise<Measured>) | undefined>,
): void {
  const tell = (told: Told): void => void process.send?.(told);
  let measure: (() => Promise<Measured>) | undefined;
  const act = async (asked: Asked): Promise<Told> => {
    if (asked.kind === 'prepare') {
      measure = await prepare(process.argv[2] === 'sender' ? 'sender' : 'recipient', asked.task);
      return { kind: 'ready' };
    }
    if (!measure) throw new Error('this side does not send');
    return { kind: 'measured', measured: await measure() };
  };
  const fail = (error: unknown): void => {
    tell({ kind: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  };
  process.on('message', (asked: Asked) => {
    act(asked).then(tell, fail);
  });
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  process.on('disconnect', () => process.exit());
}
