import { spawn } from 'node:child_process';

/** A slice of inputs takes a second; a process that is silent for so long hangs. */
const SILENCE_MS = 30_000;

/**
 * Runs a script in a process of its own, and ends it if it is silent.
 *
 * @param about what is said of one that hangs, by what it said last
 * @returns its exit code
 */
export function watched(script, args, about) {
  const child = spawn(process.execPath, ['--expose-gc', script, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let last;
  const hangs = () => {
    console.error(`hangs: no sign of life for ${SILENCE_MS / 1000} s, ${about(last)}`);
    child.kill('SIGKILL');
  };
  let timer = setTimeout(hangs, SILENCE_MS);
  child.on('message', (message) => {
    last = message;
    clearTimeout(timer);
    timer = setTimeout(hangs, SILENCE_MS);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}
