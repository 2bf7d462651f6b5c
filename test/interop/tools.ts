import { spawnSync } from 'node:child_process';

/** Runs a tool; what it says, or an error with what it said. */
export function run(command: string, args: readonly string[], input: Buffer | string = ''): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, maxBuffer: 2 ** 26 });
  if (error) throw error;
  // Some tools write output although they fail.
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: exit code ${String(status)}: ${String(stderr)}`);
  return stdout;
}

/** `describe`, or with one clear line `describe.skip` where a tool is not there. */
export function describeWith(
  command: string,
  args: readonly string[],
  debianPackage: string,
): typeof describe.skip {
  if (spawnSync(command, args).status === 0) return describe;
  process.stderr.write(`${debianPackage} (Debian package) is absent: what it would judge is skipped\n`);
  return describe.skip;
}

/** Of the system: a version manager's has no packages of Debian. */
export const PYTHON = '/usr/bin/python3';
