import type { Family } from './axes.js';
import { mixtures, oneAgreement, organs, together } from './classified.js';
import {
  disclosure,
  disclosureRelations,
  empties,
  onwardConsent,
  pairs,
  purposes,
  thirdPartyUse,
  transferPurpose,
  useConsent,
} from './consented.js';
import { chains, unions } from './handed.js';
import {
  accounting,
  conduct,
  conductOfSeveral,
  counted,
  givenBack,
  passedOn,
  spontaneous,
  successors,
  units,
} from './held.js';
import { listedAndCleared, listings, relations } from './parties.js';
import { continuing, forwarding, refusals, terms, types } from './procedural.js';
import { contents, scopes, signatures, urgency, ways } from './written.js';

/** The abstract domain, family by family. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  'four agreements, each in every standing': mixtures,
  'one agreement in everything that it may be': oneAgreement,
  'an organ on either side': organs,
  'a consent to pass on, right and wrong in every part': onwardConsent,
  'a purpose against what was given and consented to': purposes,
  'a consent to another use, right and wrong in every part': useConsent,
  'a transfer for a purpose': transferPurpose,
  'a disclosure': disclosure,
  'every pair of sources': pairs,
  'who is listed and bound on the day': listings,
  'who is listed, and cleared, on the day': listedAndCleared,
  'sender, recipient and source in every relation': relations,
  'use by somebody else than the receiver': thirdPartyUse,
  'empty lists': empties,
  'requester and hearer in every relation': disclosureRelations,
  'levels, agreements, decisions and consents together': together,
  'chains of one to five hands': chains,
  'purposes that add up': unions,
  'the conduct of a case': conduct,
  'the conduct of a case with several sources': conductOfSeveral,
  'bodies to which a request was passed': passedOn,
  'given back to the provider': givenBack,
  'an account of what was held': accounting,
  'spontaneous information': spontaneous,
  'units and their authorities': units,
  'consents for so many uses': counted,
  'providers that were dissolved, and their successors': successors,
  'form, offence, nexus and language': scopes,
  'who signs and seals': signatures,
  'arrangements, and treaties that are relied on': ways,
  'what is urgent': urgency,
  'the contents of a request': contents,
  'every type of message from every side': types,
  'grounds of refusal': refusals,
  'passing on a request': forwarding,
  'what goes on after a withdrawal': continuing,
  'thirty days in every time zone': terms,
};
