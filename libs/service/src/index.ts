export {
  ACCESS_ROLES,
  AccessGuard,
  Allow,
  Caller,
  Public,
  TOKEN_STORE,
  hashToken,
  newToken,
  type AccessRole,
  type Principal,
  type TokenStore,
} from './access.js';
export {
  filePath,
  loadConfiguration,
  readSecret,
  resolveFrom,
  secret,
  type Secret,
} from './configuration.js';
export { databaseOptions, migrate } from './database.js';
export { isDatabaseAway, isOwnFault, serverOf, TellingPool } from './database-faults.js';
export { JSON_BODY_BYTES_MAX, furnish, openApi } from './http.js';
export { mediaType } from './json-body.js';
export { KnownTokens, type KnownToken } from './known-tokens.js';
export { QuietStartLogger } from './logger.js';
export { PAGE_SIZE_MAX, page, pageOf, pageQuery, type PageQuery } from './pages.js';
export { EXAMPLES_EXTENSION } from './openapi.js';
export { printable } from './printable.js';
export { ProblemFilter, problemSchema, problemText } from './problem.js';
export { connectionsTo } from './outage.js';
export { Repeating } from './repeating.js';
export { Rested } from './rested.js';
export { explain, runService } from './run.js';
export { validationPipe } from './validation.js';
export { mapInSlices } from './slices.js';
