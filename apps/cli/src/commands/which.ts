import { Command, Option } from 'commander';
import { LANGUAGE_CHOICES, languagesOf, type LanguageChoice } from '../decisions/languages.js';

/** `valise which`: under which instrument a message could go. */
export function whichCommand(): Command {
  return new Command('which')
    .description('list every instrument that could carry an intended message, best first, with the reasons')
    .argument('<file>', '{"register": …, "input": …} in JSON; - is standard input')
    .addOption(new Option('--lang <language>', 'of texts').choices(LANGUAGE_CHOICES).default('en'))
    .option('--json', 'a line of JSON for each instrument: {instrument, ...decision}')
    .addHelpText(
      'after',
      `
The input is a "send" of \`valise decide\` without its instrument. Forms, offences and contents have other codes in each
instrument; "under" gives an instrument's own codes, which replace those of the message:
  "under": {"cis-it-crime-2018": {"form": "5.b", "offence": ["3.1.a"], "contents": ["6.3.a"], "nexus": "citizen"}}
(form, offence, contents, nexus, procedural, otherTreaty, releaseDecision). If the input names an
instrument, all are examined nevertheless. Best first: permit, off-bus, consent-required, decision-required, deny; then fewer
warnings, then fewer obligations. Exit code: 0, whatever the outcomes; 2 if the input is malformed.`,
    )
    .action(async (file: string, options: { lang: LanguageChoice; json?: true }) => {
      const { carriersIn, describeCarrier } = await import('../decisions/which.js');
      const { printLines } = await import('../decisions/output.js');
      const carriers = await carriersIn(file);
      const languages = languagesOf(options.lang);
      await printLines(
        carriers.map((carrier, index) =>
          options.json ? JSON.stringify(carrier) : describeCarrier(carrier, index + 1, languages),
        ),
      );
    });
}
