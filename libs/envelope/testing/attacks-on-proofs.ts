import { randomBytes } from 'node:crypto';
import { proofReference, signStatement } from '../src/index.js';
import { receiptJws, spoilt, type Attack, type AttackDetails } from './attacks.js';
import { plaintextOf } from './crafted.js';
import { altered, carrying, consentBy, sampleConsent, sampleRelease, signedProof } from './proofs.js';

const told: AttackDetails = { authenticated: true };
const forged: AttackDetails = { ...told, covers: 'forged proof' };
const stretched: AttackDetails = { ...told, covers: 'stretched proof' };
const others: AttackDetails = { ...told, covers: "other provider's proof" };

export const ON_PROOFS: Attack[] = [
  [
    'a proof that is not there',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [], [proofReference('valise-consent+jws', 'consent-1', consentBy(w))]),
    told,
  ],
  [
    'a proof that was not named',
    'ENVELOPE_PROOF',
    (w) => w.pack(w.sealed.jws, { plaintext: plaintextOf(w.sealed.jws, { proofs: [consentBy(w)] }) }),
    told,
  ],
  [
    'another proof than the one named',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w)], [proofReference('valise-consent+jws', 'consent-1', consentBy(w))]),
    told,
  ],
  [
    'a proof under another id than its own',
    'ENVELOPE_PROOF',
    (w) => {
      const proof = consentBy(w);
      return carrying(w, [proof], [proofReference('valise-consent+jws', 'consent-2', proof)]);
    },
    told,
  ],
  [
    'two proofs in another order',
    'ENVELOPE_PROOF',
    (w) => {
      const proofs = ['consent-1', 'consent-2'].map((id) => consentBy(w, { over: { id } }));
      const named = proofs.map((proof, index) =>
        proofReference('valise-consent+jws', `consent-${index + 1}`, proof),
      );
      return carrying(w, proofs.reverse(), named);
    },
    told,
  ],
  [
    'one proof twice',
    'ENVELOPE_PROOF',
    (w) => {
      const proof = consentBy(w);
      return carrying(w, [proof, proof]);
    },
    told,
  ],
  ['more proofs than may be', 'ENVELOPE_FORMAT', (w) => carryingAsMany(w, 33)],
  [
    'a receipt for a consent',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [receiptJws(w)]),
    { ...told, covers: 'token-type confusion' },
  ],
  [
    'a release for a consent',
    'ENVELOPE_PROOF',
    (w) => {
      const release = signedProof('valise-release+jws', sampleRelease(w), w.kz, w.now);
      return carrying(w, [release]);
    },
    { ...told, covers: 'token-type confusion' },
  ],
  [
    'a consent with a signature that nobody made',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [spoilt(consentBy(w), 1, { signature: randomBytes(64).toString('base64url') })]),
    forged,
  ],
  [
    'a consent with the signatures of another',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [{ ...consentBy(w), signatures: consentBy(w, { over: { id: 'x' } }).signatures }]),
    forged,
  ],
  [
    'a consent stretched in time',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [altered(consentBy(w), { until: '2036-12-01T00:00:00Z' })]),
    stretched,
  ],
  [
    'a consent stretched to a higher level',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [altered(consentBy(w), { maxLevel: 'top-secret' })]),
    stretched,
  ],
  [
    'a consent stretched to another recipient',
    'ENVELOPE_PROOF',
    (w) =>
      carrying(w, [altered(consentBy(w, { over: { recipient: 'atc' } }), { recipient: w.by.authority })]),
    stretched,
  ],
  [
    'a consent given by the one who needs it in the name of the provider',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w, { office: w.kz })]),
    others,
  ],
  [
    'a consent sealed by another than its officers’ authority',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w, { office: { ...w.am, seal: w.kz.seal } })]),
    others,
  ],
  [
    'a consent with an officer of another authority',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w, { office: { ...w.am, deputy: w.kz.deputy } })]),
    others,
  ],
  [
    'a consent by one officer',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w, { signers: ['head', 'seal'] })]),
    forged,
  ],
  [
    'a consent by one officer twice',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w, { signers: ['head', 'head', 'seal'] })]),
    forged,
  ],
  [
    'a consent without the seal',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w, { signers: ['head', 'deputy'] })]),
    forged,
  ],
  [
    'a consent sealed by one officer and two seals',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w, { signers: ['head', 'seal', 'seal'] })]),
    forged,
  ],
  [
    'a consent sealed before an officer signed',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w, { signers: ['head', 'seal', 'deputy'] })]),
    forged,
  ],
  [
    'a consent dated ahead',
    'ENVELOPE_PROOF',
    (w) => carrying(w, [consentBy(w, { iat: w.now + 3_600 })]),
    forged,
  ],
  [
    'a consent by a certificate that no list names',
    'CERTIFICATE_UNKNOWN',
    (w) => {
      const signers = [w.register, w.am.deputy, w.am.seal].map((holder) => ({
        ...holder,
        role: holder.certificate.roles[0] ?? 'seal',
      }));
      const content = sampleConsent(w);
      return carrying(w, [signStatement({ typ: 'valise-consent+jws', content, signers, iat: w.now })]);
    },
    told,
  ],
];

/** The payload can name no more than the format lets it: they are only carried. */
function carryingAsMany(w: Parameters<Attack[2]>[0], count: number): Buffer {
  const { jws } = w.sealed;
  const proofs: unknown[] = Array(count).fill(consentBy(w));
  return w.pack(jws, { plaintext: plaintextOf(jws, { proofs }) });
}
