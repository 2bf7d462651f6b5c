import { Command, Option } from 'commander';
import { LANGUAGE_CHOICES, languagesOf, type LanguageChoice } from '../decisions/languages.js';

/** `valise explain`: what the rules make of an article, beside its own words. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('print the rules made of an article beside its words; without an argument, the instruments')
    .argument('[citation]', 'INSTRUMENT or INSTRUMENT#ARTICLE, for example cis-it-crime-2018#6.3')
    .addOption(new Option('--lang <language>', 'of texts').choices(LANGUAGE_CHOICES).default('en'))
    .option('--json', 'a line of JSON for each article, or for each instrument')
    .addHelpText(
      'after',
      `
An article is printed with everything beneath it. If its text is not available in the chosen language, it is printed in an
available one. \`valise explain valise\` prints the rules of this product, which rest on no article.`,
    )
    .action(async (citation: string | undefined, options: { lang: LanguageChoice; json?: true }) => {
      const { describeUnits, listInstruments, summaryOf, unitsAt } = await import('../decisions/explain.js');
      const { printLines } = await import('../decisions/output.js');
      const languages = languagesOf(options.lang);
      if (citation === undefined) {
        const { INSTRUMENTS } = await import('#treaties');
        await printLines(
          options.json
            ? INSTRUMENTS.map((instrument) => JSON.stringify(summaryOf(instrument)))
            : [listInstruments(languages)],
        );
        return;
      }
      const { instrument, units } = unitsAt(citation);
      await printLines(
        options.json
          ? units.map((unit) => JSON.stringify({ instrument, ...unit }))
          : [describeUnits(instrument, units, languages)],
      );
    });
}
