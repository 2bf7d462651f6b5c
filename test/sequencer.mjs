import Sequencer from '@jest/test-sequencer';

/** What takes longest, the longest first. */
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
 * Jest begins with what took longest before, which in a fresh clone it does not know; then a long file that comes last
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
