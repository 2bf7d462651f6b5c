import { resolve } from 'node:path';
import { Command } from 'commander';

/** `valise doctor`: what is wrong with a node, and what to do about it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'check a node or a depositary: files, keys, certificates, database, bus, register, and for each peer and instrument what ' +
        'could be sent today; 1 if anything fails',
    )
    .argument('<configuration>', 'the configuration (node.yaml, depositary.yaml)')
    .action(async (configuration: string) => {
      const { isDepositary } = await import('../operations/doctor/view.js');
      const examine = isDepositary(resolve(configuration))
        ? (await import('../operations/doctor/depositary.js')).examineDepositary
        : (await import('../operations/doctor/doctor.js')).examine;
      const { render } = await import('../operations/doctor/check.js');
      const checks = await examine(resolve(configuration), new Date());
      console.log(render(checks));
      const count = (state: string): number => checks.filter((check) => check.state === state).length;
      console.log(`\n${count('ok')} ok, ${count('warn')} warnings, ${count('fail')} failures`);
      if (count('fail') > 0) process.exitCode = 1;
    });
}
