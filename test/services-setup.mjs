export { setup as default } from './services.mjs';
