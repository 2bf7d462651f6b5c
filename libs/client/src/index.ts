export { Api, type Answer, type Problem } from './api.js';
export { loadOfficerKey, signDraft, type OfficerKey, type SentMessage } from './signing.js';
