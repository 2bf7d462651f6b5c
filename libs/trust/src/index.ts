export { parseCertificate, type Certificate } from './certificates.js';
export { isSameKey, privateKeyOf, publicKeyOf, spkiOf, suiteOf, type Suite } from './public-keys.js';
export { parseCrl, type Crl, type Revocation, type RevocationReason } from './revocation.js';
export { crlFreshness, newestCrl, type Freshness, type FreshnessPolicy } from './freshness.js';
export { rootFault, validatePath, type PathAnswer, type PathQuestion } from './path.js';
export {
  AUTHORITY_ID,
  isRole,
  OFFICER_ROLES,
  ROLE_EXTENSION,
  ROLES,
  type OfficerRole,
  type Role,
} from './roles.js';
export { generateKey, requireKeyOf, type Issuer, type KeyPair } from './keys.js';
export { createRoot, issueCertificate, issueIntermediate } from './issue.js';
export { createRequest, issueFromRequest, parseRequest, type CertificateRequest } from './requests.js';
export { hostsOf, renewCertificate } from './renewal.js';
export { createCrl, succeedCrl } from './crls.js';
export {
  LEAD_DAYS,
  PERIOD_DAYS,
  planRotation,
  type EncryptionPeriod,
  type RotationPlan,
  type RotationQuestion,
} from './rotation.js';
export { softwareSigner, type Signer } from './signer.js';
export { openToken, type Token, type TokenOptions } from './pkcs11.js';
export {
  destroyPrivateKey,
  loadCertificate,
  loadPrivateKey,
  protectPrivateKey,
  readOwnFile,
  writePrivateKey,
} from './key-files.js';
export { importPkcs12, type Passphrase, type Pkcs12Content } from './pkcs12.js';
export { exportPkcs12 } from './pkcs12-write.js';
export { cmsTwin } from './cms.js';
