import Sequencer from '@jest/test-sequencer';

/** The longest specs, the longest first. */
const LONG = [
  'gateway-faults',
  'services',
  'gateway-sessions',
  'attachments-faults',
  'gateway-vectors',
  'decisions-cli',
  'gateway-keys',
  'attachments-memory',
  'gateway-register',
  'attachments',
  'gateway-bus',
  'attachments-cli',
  'gateway-epochs',
  'trust-openssl',
  'oracle',
];

/**
 * Jest begins with the files that took longest before, which a fresh clone does not know; a long file that came last
 * would run alone.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = LONG.findIndex((name) => path.endsWith(`/${name}.spec.ts`));
      return place < 0 ? LONG.length : place;
    };
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
}
