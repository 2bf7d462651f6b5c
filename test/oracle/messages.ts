import type { Register } from '#treaties';
import {
  arrangements,
  dayOf,
  entriesOf,
  isCentralUnit,
  isListed,
  isOrgan,
  isUnit,
  registered,
  stateOf,
} from './books.js';
import { ANSWERS, GROUNDS_OF_AN_ORGAN, REFUSALS, SCOPE, STEPS, type Step } from './codes.js';
import { endOfLocalDay, plusHours } from './clock.js';
import type { InstrumentId } from './law.js';
import { permit, type Duty, type Reason, type Send } from './reasons.js';

/** Sections 3 to 5: what a message may be, what it must say, how it must be signed, and by which way it may go. */

type Basis = NonNullable<Reason['basis']>;

export interface Judged {
  readonly reasons: readonly Reason[];
  readonly duties: readonly Duty[];
}

export function messages(register: Register, act: Send): Judged {
  const m = new Message(register, act);
  const writing = m.writing();
  return {
    reasons: [...m.scope(), ...m.mode(), ...m.contents(), ...m.seal(), ...writing.reasons, ...m.refusal()],
    duties: [...writing.duties, ...m.deadline()],
  };
}

const OPENERS = ['request', 'standing-request', 'spontaneous'];
const HOURS_TO_CONFIRM = 72;

class Message {
  private readonly id: InstrumentId;
  private readonly day: string;

  constructor(
    private readonly register: Register,
    private readonly act: Send,
  ) {
    this.id = act.instrument as InstrumentId;
    this.day = dayOf(act.at);
  }

  private get message(): Send['message'] {
    return this.act.message;
  }

  private cite(...codes: string[]): string[] {
    return codes.map((code) => (code.includes('#') ? code : `${this.id}#${code}`));
  }

  private deny(code: string | string[], basis?: Basis): Reason {
    const anyOf = this.cite(...[code].flat());
    return { effect: 'deny', anyOf, ...(basis ? { basis } : {}) };
  }

  private is(...types: string[]): boolean {
    return types.includes(this.message.type);
  }

  /** Form, offence and language: of every message. */
  scope(): Reason[] {
    const law = SCOPE[this.id];
    const { form, language } = this.message;
    const offences = [this.message.offence ?? []].flat();
    const reasons: Reason[] = [];
    if (form === null || !law.forms.includes(form)) reasons.push(this.deny(law.unknownForm));
    if (offences.some((offence) => !law.offences.includes(offence)))
      reasons.push(this.deny(law.unknownOffence));
    else if (form !== null && law.formsOfCases.includes(form) && offences.length === 0)
      reasons.push(this.deny(law.unknownOffence, 'inferred'));
    const understood = language === 'ru' || language.startsWith('ru-') || language === 'zxx';
    if (law.russianOnly !== null && !understood) reasons.push(this.deny(law.russianOnly, 'explicit'));
    return [...reasons, ...this.nexus(), ...this.procedural()];
  }

  private get isRequest(): boolean {
    return this.is('request', 'standing-request', 'confirmation') && this.id !== 'cis-infosec-2013';
  }

  /** 2018 #5.b: the crime was committed against a citizen of the requester or on its territory; 5.b.2 is another limb. */
  private nexus(): Reason[] {
    const limb = ['5.b', '5.b.1'].includes(this.message.form ?? '');
    if (this.id !== 'cis-it-crime-2018' || !this.isRequest || !limb || this.message.nexus !== null) return [];
    return [this.deny(['5.b', '5.b.1'], 'explicit')];
  }

  /** CSTO #5.2: procedural actions in accordance with treaties; the Kazakh text requires them for operational measures too. */
  private procedural(): Reason[] {
    if (this.id !== 'csto-infosphere-2014' || !this.isRequest || this.reliesOn('legal-assistance')) return [];
    if (this.message.procedural === true) return [this.deny('5.2', 'explicit')];
    return this.message.form !== '5.2' ? [] : [{ effect: 'warn', anyOf: this.cite('5.2') }];
  }

  private reliesOn(kind: string): boolean {
    const { otherTreaty } = this.message;
    if (otherTreaty === null || otherTreaty === undefined) return false;
    const states = [stateOf(this.register, this.act.from), stateOf(this.register, this.act.to)];
    return registered(this.register, kind, states, this.day).includes(otherTreaty);
  }

  /** May there be such a message at all, and from this side? */
  mode(): Reason[] {
    if (OPENERS.includes(this.message.type)) return this.opening();
    if (this.id === 'cis-infosec-2013') return this.of2013();
    const step = STEPS[this.id][this.message.type];
    return [
      ...this.sides(step),
      ...this.rests(step),
      ...this.grounds(),
      ...this.passedOn(),
      ...this.unconfirmed(),
    ];
  }

  private opening(): Reason[] {
    const { type, grounds } = this.message;
    const unstated = grounds === null || grounds.trim() === '';
    const MODES: Record<InstrumentId, Record<string, Reason[]>> = {
      'cis-it-crime-2018': {
        request: [this.rest('6.1', 'explicit')],
        'standing-request': [this.deny('6.1', 'inferred')],
        spontaneous: unstated ? [this.deny('6.1', 'inferred')] : [this.rest('6.1', 'explicit')],
      },
      'csto-infosphere-2014': {
        request: [this.rest('6.1', 'explicit')],
        'standing-request': [this.deny('6.1', 'inferred')],
        spontaneous: [this.deny('6.1', 'inferred')],
      },
      'cis-infosec-2013': {
        request: [this.rest('9.1', 'inferred')],
        'standing-request': [this.rest('9.1', 'inferred')],
        spontaneous: [this.rest('9.1', 'explicit')],
      },
      'cis-counterterror-2017': {
        request: [this.rest('7.1.a', 'explicit')],
        'standing-request': unstated ? [this.deny('7.1.b', 'inferred')] : [this.rest('7.1.b', 'explicit')],
        spontaneous: [this.rest('7.1.c', 'explicit')],
      },
    };
    return MODES[this.id][type] ?? [];
  }

  private rest(code: string, basis: Basis): Reason {
    return { ...permit(...this.cite(code)), basis };
  }

  private of2013(): Reason[] {
    if (this.is('costs')) return [this.rest('7', 'explicit')];
    if (this.is('consultation')) return [this.rest('12', 'explicit')];
    const inferred = ['recall', 'reminder', 'restriction'].includes(this.message.type);
    return [inferred ? this.rest('9.1', 'inferred') : permit(...this.cite('9.1'))];
  }

  private get fromInitiator(): boolean {
    return this.act.case?.initiator === this.act.from;
  }

  private sides(step: Step | undefined): Reason[] {
    if (!ANSWERS.includes(this.message.type)) return [];
    const by = step?.by ?? (this.is('confirmation') ? 'initiator' : 'executor');
    const { case: about, to } = this.act;
    const fromExecutor = !this.fromInitiator && (this.is('forwarded') || to === about?.initiator);
    const right = about !== null && (by === 'initiator' ? this.fromInitiator : fromExecutor);
    return right ? [] : [this.deny('valise#no-rule', 'inferred')];
  }

  private rests(step: Step | undefined): Reason[] {
    if (this.is('costs') && this.id === 'cis-counterterror-2017')
      return [permit(), { effect: 'warn', anyOf: this.cite('4.1.a') }];
    if (step === undefined) return [permit()];
    // What goes with an organ no article spells out: consultations are of competent authorities.
    const organ =
      this.is('consultation') && [this.act.from, this.act.to].some((id) => isOrgan(this.register, id));
    return step.rests.map((code) => this.rest(code, organ ? 'inferred' : step.basis));
  }

  /** Why it is put off; under 2017 the conditions say so too. */
  private grounds(): Reason[] {
    const { grounds } = this.message;
    if (grounds !== null && grounds.trim() !== '') return [];
    const of2017 = this.id === 'cis-counterterror-2017';
    if (this.is('postponement') || (of2017 && this.is('conditions')))
      return [of2017 ? this.deny('8.2.b', 'explicit') : this.deny('7.6', 'inferred')];
    // #7.6 of either requires no reason for conditions, which follow consultations: one may be missed, and that is all.
    return this.is('conditions') ? [{ effect: 'warn', anyOf: this.cite('7.6'), optional: true }] : [];
  }

  /** To a body of the same state, or to the initiator, who is told of it. */
  private passedOn(): Reason[] {
    if (!this.is('forwarded')) return [];
    const { from, to, case: about, channel } = this.act;
    const article = { 'cis-it-crime-2018': '7.3', 'csto-infosphere-2014': '7.4' }[this.id as string] ?? '12';
    const state = stateOf(this.register, to);
    const listed = isListed(this.register, this.id, to, this.day);
    // An initiator that is on the list no more is denied by the list; CSTO #7.4 alone knows bodies on no list.
    if (about !== null && to === about.initiator && (listed || this.id !== 'csto-infosphere-2014')) return [];
    const unknown = state === null && !isOrgan(this.register, to);
    // A body that nobody knows: under CSTO the sender says that it is of its state; elsewhere it is on no list.
    if (unknown && this.id !== 'csto-infosphere-2014') return [{ ...this.deny(article), optional: true }];
    if (!unknown && state !== stateOf(this.register, from)) return [this.deny(article)];
    if (listed || this.id !== 'csto-infosphere-2014') return [];
    return channel === 'bus' ? [{ effect: 'off-bus', anyOf: this.cite('7.4') }] : [];
  }

  private unconfirmed(): Reason[] {
    const { case: about, at } = this.act;
    const article = { 'cis-it-crime-2018': '6.2.1', 'csto-infosphere-2014': '6.4' }[this.id as string];
    if (about === null || about.confirmed || article === undefined) return [];
    if (!(Date.parse(at) > Date.parse(plusHours(about.sentAt, HOURS_TO_CONFIRM)))) return [];
    const warning: Reason = { effect: 'warn', anyOf: this.cite(article) };
    if (this.is('result')) return [warning];
    // The officer may be told of it with every answer.
    return this.is('refusal', 'postponement', 'conditions') ? [{ ...warning, optional: true }] : [];
  }

  contents(): Reason[] {
    const law = SCOPE[this.id];
    const { contents } = this.message;
    if (this.id === 'cis-infosec-2013')
      return contents.length > 0 ? [this.deny(law.unknownContents, 'inferred')] : [];
    const unknown = contents.some((code) => !law.contents.includes(code));
    const confirms = this.is('confirmation') && this.id !== 'cis-counterterror-2017';
    const asks = this.is('request', 'standing-request') || confirms;
    const missing = asks ? law.mandatory.filter((code) => !contents.includes(code)) : [];
    return [
      ...missing.map((code) => this.deny(code, 'explicit')),
      ...(unknown ? [this.deny(law.unknownContents)] : []),
    ];
  }

  private sealed(by: string): boolean {
    return this.message.signatures.some((one) => 'seal' in one && one.seal === by);
  }

  private signed(...roles: string[]): boolean {
    return this.message.signatures.some((one) => 'by' in one && roles.includes(one.by));
  }

  /** The bus requires the seal of the sender: the authority's, or a listed unit's own. */
  seal(): Reason[] {
    if (this.act.channel === 'off-bus' || this.sealed('authority')) return [];
    if (this.sealed('unit') && isUnit(this.register, this.id, this.act.from, this.day)) return [];
    return [this.deny('valise#seal', 'inferred')];
  }

  /** In writing, signed, by the technical channel or not: requests, their confirmations, and under 2018 results. */
  writing(): Judged {
    if (this.id === 'cis-it-crime-2018') return this.writing2018();
    if (this.id === 'csto-infosphere-2014') return this.writingCsto();
    return { reasons: [], duties: [] };
  }

  private confirmLater(code: string): Duty[] {
    const by = plusHours(this.act.at, HOURS_TO_CONFIRM);
    return [{ do: 'confirm-in-writing', by, rule: this.cite(code)[0] ?? '' }];
  }

  private writing2018(): Judged {
    if (!this.is('request', 'standing-request', 'confirmation', 'result')) return { reasons: [], duties: [] };
    const { from, to, channel } = this.act;
    const opened =
      arrangements(this.register, this.id, [from, to], this.day).length > 0 || this.reliesOn('channel');
    const offBus: Reason = { effect: 'off-bus', anyOf: this.cite('6.2', '6.2.2') };
    const bus = channel === 'bus';
    if (this.is('result')) return { reasons: bus && !opened ? [offBus] : [], duties: [] };
    const byHead = this.signed('head', 'deputy-head') && this.sealed('authority');
    const units =
      isCentralUnit(this.register, this.id, from, this.day) && isUnit(this.register, this.id, to, this.day);
    const byUnit = units && this.signed('unit-head') && (this.sealed('unit') || this.sealed('authority'));
    const written = byHead || byUnit;
    const urgent = this.message.urgent && !this.is('confirmation');
    if (urgent && !(written && (opened || !bus))) {
      const way: Reason[] = written ? [] : [this.rest('6.2.1', 'explicit')];
      return { reasons: way, duties: this.confirmLater('6.2.1') };
    }
    const unsigned = written ? [] : [this.unsigned2018(units)];
    return { reasons: [...unsigned, ...(bus && !opened ? [offBus] : [])], duties: [] };
  }

  /** The letter speaks of exchange between units; of authorities it is the plain meaning, of a unit and an authority it is silent. */
  private unsigned2018(units: boolean): Reason {
    if (units) return this.deny(['6.4.a', '6.4.b']);
    const { from, to } = this.act;
    const mixed = [from, to].some((id) => isUnit(this.register, this.id, id, this.day));
    return this.deny('6.4.a', mixed ? 'inferred' : 'explicit');
  }

  private writingCsto(): Judged {
    if (!this.is('request', 'standing-request', 'confirmation')) return { reasons: [], duties: [] };
    const { from, to, channel } = this.act;
    const signed = this.signed('head', 'deputy-head');
    const unsigned = signed ? [] : [this.deny('6.5', 'explicit')];
    if (channel === 'off-bus') return { reasons: unsigned, duties: [] };
    const agreed = arrangements(this.register, this.id, [from, to], this.day);
    if (signed && agreed.some(({ electronicForm }) => electronicForm === true))
      return { reasons: [], duties: [] };
    const { form, offence, grounds, urgent } = this.message;
    const crime = [offence ?? []].flat().length > 0;
    const immediate = ['5.1', '5.2', '5.3'].includes(form ?? '') && crime;
    if (urgent && !this.is('confirmation') && agreed.length > 0 && immediate) {
      const unstated = grounds === null || grounds.trim() === '';
      const warning: Reason[] = unstated ? [{ effect: 'warn', anyOf: this.cite('6.4') }] : [];
      return { reasons: [this.rest('6.4', 'explicit'), ...warning], duties: this.confirmLater('6.4') };
    }
    if (agreed.some(({ electronicForm }) => electronicForm === true))
      return { reasons: unsigned, duties: [] };
    const offBus: Reason = { effect: 'off-bus', anyOf: this.cite('6.3', '6.4') };
    return { reasons: [...unsigned, offBus], duties: [] };
  }

  refusal(): Reason[] {
    const law = REFUSALS[this.id];
    if (!this.is('refusal') || law === undefined) return [];
    const { grounds = [], reasons = false } = this.message.refusal ?? {};
    const organ = this.id === 'cis-counterterror-2017' && isOrgan(this.register, this.act.from);
    const allowed = organ ? GROUNDS_OF_AN_ORGAN : law.grounds;
    const lacking = grounds.length === 0 || grounds.some((ground) => !allowed.includes(ground));
    const warnings: Reason[] = lacking
      ? law.told.map((code) => ({ effect: 'warn', anyOf: this.cite(code) }))
      : [];
    if (law.reasonsDue === null || reasons) return warnings;
    return [...warnings, this.deny(law.reasonsDue, 'explicit')];
  }

  /** Thirty whole days of the requested authority's own calendar, from when it came; paper is registered on arrival. */
  deadline(): Duty[] {
    const OF: Partial<Record<InstrumentId, { types: string[]; what: string; code: string }>> = {
      'csto-infosphere-2014': { types: ['request'], what: 'execute', code: '7.2' },
      'cis-counterterror-2017': { types: ['request', 'standing-request'], what: 'answer', code: '8.2' },
    };
    const due = OF[this.id];
    if (due === undefined || this.act.channel === 'off-bus' || !this.is(...due.types)) return [];
    const zone = entriesOf(this.register, this.act.to)[0]?.timeZone ?? 'UTC';
    return [{ do: due.what, by: endOfLocalDay(this.act.at, zone, 30), rule: this.cite(due.code)[0] ?? '' }];
  }
}
