import {
  EFFECT_TEXTS,
  compileRegister,
  decisionFileSchema,
  intendedSchema,
  which,
  type Carrier,
  type Effect,
} from '#policy';
import { instrumentOf } from '#treaties';
import { z } from 'zod';
import { linesIn, type Language } from './languages.js';
import { invalid } from './malformed.js';
import { readJsonFile } from './whole.js';

const intendedFileSchema = z.strictObject({
  register: decisionFileSchema.shape.register,
  input: intendedSchema,
});

/**
 * `valise which`: under which instruments a message could go, best first.
 *
 * @param file a path, or `-`
 * @throws ValiseError INPUT_INVALID naming the JSON path
 */
export async function carriersIn(file: string): Promise<Carrier[]> {
  const parsed = intendedFileSchema.safeParse(await readJsonFile(file));
  if (!parsed.success) throw invalid('$', parsed.error);
  return which(compileRegister(parsed.data.register), parsed.data.input);
}

/** For people: what stands in the way, what to know, what follows, and which articles carry it. */
export function describeCarrier(carrier: Carrier, place: number, languages: readonly Language[]): string {
  const { instrument, outcome, findings, obligations, consentFrom } = carrier;
  const title = instrumentOf(instrument)?.title;
  const told = findings.filter(({ effect }) => effect !== 'permit');
  const carriedBy = findings.filter(({ effect }) => effect === 'permit').map(({ rule }) => rule);
  return [
    `${place}. ${instrument}: ${effectIn(outcome, languages)}`,
    ...(title ? linesIn(title, languages).map((line) => `   ${line}`) : []),
    ...told.flatMap(({ effect, rule, text }) => [
      `   ${effectIn(effect, languages)}  ${rule}`,
      ...linesIn(text, languages).map((line) => `      ${line}`),
    ]),
    ...(consentFrom.length > 0 ? [`   consent is needed from: ${consentFrom.join(', ')}`] : []),
    ...obligations.map((duty) => `   then: ${dutyText(duty)}`),
    ...(outcome === 'permit' ? [`   by ${[...new Set(carriedBy)].join(', ')}`] : []),
  ].join('\n');
}

/** In English the code itself, which is what the contract calls it. */
function effectIn(effect: Effect, languages: readonly Language[]): string {
  return languages.map((lang) => (lang === 'en' ? effect : EFFECT_TEXTS[effect][lang])).join(' / ');
}

function dutyText(duty: Carrier['obligations'][number]): string {
  const what = duty.do === 'observe-condition' ? `: ${JSON.stringify(duty.condition)}` : ` by ${duty.by}`;
  return `${duty.do}${what} (${duty.rule})`;
}
