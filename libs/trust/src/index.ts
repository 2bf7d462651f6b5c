export { parseCertificate, suiteOf, type Certificate, type Suite } from './certificates.js';
export { parseCrl, type Crl } from './revocation.js';
export { validatePath, type PathAnswer, type PathQuestion } from './path.js';
export {
  AUTHORITY_ID,
  isRole,
  OFFICER_ROLES,
  ROLE_EXTENSION,
  ROLES,
  type OfficerRole,
  type Role,
} from './roles.js';
export {
  createCrl,
  createRoot,
  generateKey,
  issueCertificate,
  issueIntermediate,
  type Issuer,
  type KeyPair,
  type RevocationReason,
} from './issue.js';
export { loadCertificate, loadPrivateKey, writePrivateKey } from './key-files.js';
export { exportPkcs12, importPkcs12, type Pkcs12Content } from './pkcs12.js';
