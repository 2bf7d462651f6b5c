import { Command } from 'commander';

/** `valise decide`: the rules of the treaties, for people, tests and other programs (contracts/decide.md). */
export function decideCommand(): Command {
  return new Command('decide')
    .description('decide cases by the treaties: one line of JSON for each, on a register given with them')
    .argument('<file>', '{"register": …, "cases": [ … ]} in JSON of any length; - is standard input')
    .option(
      '--check',
      'compare with what the cases expect: mismatches in full, and last "N passed, N failed"',
    )
    .addHelpText(
      'after',
      `
Exit code: 0; 1 if a case is not as expected; 2 if the input is malformed, with one line that names the JSON path (what
precedes it has been decided and printed). Cases are printed in their order, whether the register precedes or follows them.`,
    )
    .action(async (file: string, options: { check?: true }) => {
      const { decideFile } = await import('../decisions/decide.js');
      const { Output } = await import('../decisions/output.js');
      const tell = (line: string): void => {
        process.stderr.write(`valise: ${line}\n`);
      };
      process.exitCode = await decideFile(file, options.check === true, new Output(process.stdout), tell);
    });
}
