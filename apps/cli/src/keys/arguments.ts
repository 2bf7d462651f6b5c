import { Command, InvalidArgumentError, Option } from 'commander';
import { AUTHORITY_ID, isRole, type Role, ROLES } from '#trust';

/** What several commands about keys and certificates read from the command line. */

export const role = (text: string): Role => {
  if (!isRole(text)) throw new InvalidArgumentError(`one of ${ROLES.join(', ')}`);
  return text;
};

export const authority = (text: string): string => {
  if (!AUTHORITY_ID.test(text)) throw new InvalidArgumentError('letters, digits and hyphens, as in kz-knb');
  return text;
};

export const country = (text: string): string => {
  if (!/^[A-Z]{2}$/.test(text)) throw new InvalidArgumentError('two capital letters, as in KZ');
  return text;
};

export const whole =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d{1,6}$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`a whole number from ${min} to ${max}`);
    return value;
  };

export const instant = (text: string): Date => {
  const date = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) || Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('as in 2027-01-31 or 2027-01-31T12:00:00Z');
  return date;
};

export const several = (text: string, before: readonly string[] = []): string[] => [...before, text];

export const suiteOption = (): Option =>
  new Option('--suite <suite>', 'kind of key').choices(['P-256', 'RSA']).default('P-256');

/** Where the passphrase of an existing key comes from. */
export function withPassphrase(command: Command): Command {
  return command
    .option('--passphrase-file <file>', 'the passphrase stands in this file (mode 0600)')
    .option('--ask', 'ask for passphrases')
    .addHelpText(
      'after',
      `\nWithout these, the passphrase is read from VALISE_KEY_PASSPHRASE, if it is set.`,
    );
}

export function command(name: string, description: string): Command {
  return new Command(name).exitOverride().showHelpAfterError().description(description);
}
