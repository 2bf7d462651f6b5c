import { instantOf } from '#core';
import {
  arrangementBetween,
  isUnit,
  type ElectronicForm,
  type Operation,
  type Seal,
  type SignatureAlternative,
} from '#treaties';
import { isAmong } from './among.js';
import { isStated, pairingOf, reliesOn, type Check, type SendContext } from './context.js';

type WrittenForm = Extract<Operation, { op: 'written-form' }>;
const HOUR_SECONDS = 3600;

/**
 * A request is a written document, signed as the instrument requires. By bus it is one where an arrangement (or another
 * treaty) opens the channel; an urgent one may go ahead of its written form and is confirmed afterwards.
 */
export function writtenForm(operation: WrittenForm): Check {
  const { signature, urgent } = operation;
  return (context) => {
    const { findings, message, action } = context;
    const { confirmation = operation.electronic } = operation;
    const electronic = message.type === 'confirmation' ? confirmation : operation.electronic;
    const signed = signature.find((alternative) => fulfils(alternative, context));
    if (signed !== undefined) findings.add(signed.met, 'permit');
    const arrangement = arrangementOf(context);
    const electronically = action.channel === 'bus' && isElectronic(electronic, context, arrangement);
    const hurried = message.urgent && message.type !== 'confirmation';
    const ahead =
      hurried &&
      (action.channel === 'bus' || (urgent.orally && signed === undefined)) &&
      (urgent.needs === 'nothing' || arrangement !== 'none') &&
      (urgent.forms === null || isAmong(message.form, urgent.forms)) &&
      (!urgent.offenceNamed || context.offences.length > 0);
    if (electronically) findings.add(electronic.met, 'permit');
    if (electronically && signed !== undefined) return;
    if (ahead) {
      findings.add(urgent.met, 'permit');
      if (urgent.ungrounded !== null && !isStated(message.grounds)) findings.add(urgent.ungrounded, 'warn');
      const by = instantOf(Math.floor(context.at / 1000) + urgent.confirmHours * HOUR_SECONDS);
      findings.oblige({ do: 'confirm-in-writing', by, rule: urgent.met.cite });
      return;
    }
    if (action.channel === 'bus' && !electronically) {
      findings.addAll(electronic.unmet, 'off-bus');
    }
    if (signed === undefined) missingSignature(signature, context);
  };
}

/** Other papers that the instrument lets go electronically only under the same condition. */
export function electronicForm(operation: Extract<Operation, { op: 'electronic-form' }>): Check {
  const { electronic } = operation;
  return (context) => {
    if (context.action.channel !== 'bus') return;
    const open = isElectronic(electronic, context, arrangementOf(context));
    if (open) context.findings.add(electronic.met, 'permit');
    else context.findings.addAll(electronic.unmet, 'off-bus');
  };
}

/** The authority's, or that of the unit that sends: the bus must know whose message it is. */
export function seal(operation: Extract<Operation, { op: 'seal' }>): Check {
  return (context) => {
    if (context.action.channel !== 'bus') return;
    const seals: readonly Seal[] = isUnit(context.fromListed) ? ['authority', 'unit'] : ['authority'];
    if (!isSealed(context, seals)) context.findings.add(operation.unmet, 'deny');
  };
}

function missingSignature(signature: readonly SignatureAlternative[], context: SendContext): void {
  for (const alternative of signature) {
    if (isOpen(alternative, context)) context.findings.add(alternative.unmet, 'deny');
  }
}

function fulfils(alternative: SignatureAlternative, context: SendContext): boolean {
  return (
    isOpen(alternative, context) &&
    context.message.signatures.some((s) => 'by' in s && alternative.by.includes(s.by)) &&
    (alternative.seals.length === 0 || isSealed(context, alternative.seals))
  );
}

function isOpen(alternative: SignatureAlternative, context: SendContext): boolean {
  return alternative.between.includes(pairingOf(context));
}

function isSealed(context: SendContext, seals: readonly Seal[]): boolean {
  return context.message.signatures.some((s) => 'seal' in s && seals.includes(s.seal));
}

function arrangementOf({
  register,
  instrument,
  action,
  at,
}: SendContext): 'none' | 'plain' | 'electronic-form' {
  return arrangementBetween(register, instrument, action.from, action.to, at);
}

function isElectronic(
  form: ElectronicForm,
  context: SendContext,
  arrangement: 'none' | 'plain' | 'electronic-form',
): boolean {
  if (form.otherTreaty !== null && reliesOn(context, form.otherTreaty)) return true;
  return form.needs === 'arrangement' ? arrangement !== 'none' : arrangement === 'electronic-form';
}
