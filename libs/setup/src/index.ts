export { projectRoot } from './project-root.js';
export { randomPassword, writeSecret } from './secrets.js';
