import type { Text } from '#treaties';

export const LANGUAGES = ['ru', 'kk', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
/** What `--lang` takes. */
export const LANGUAGE_CHOICES = [...LANGUAGES, 'all'] as const;
export type LanguageChoice = (typeof LANGUAGE_CHOICES)[number];

export function languagesOf(choice: LanguageChoice): readonly Language[] {
  return choice === 'all' ? LANGUAGES : [choice];
}

/** A text in the languages chosen, a line each; with more than one, each says which it is. */
export function linesIn(text: Text, languages: readonly Language[]): string[] {
  return languages.map((language) =>
    languages.length > 1 ? `${language}: ${text[language]}` : text[language],
  );
}
