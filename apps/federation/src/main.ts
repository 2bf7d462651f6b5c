import type { Command } from 'commander';

/** What `valise` can do in a clone besides; each is loaded only when it is meant (see apps/cli/src/main.ts). */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  federation: async () => (await import('./commands/federation.js')).federationCommand(),
  services: async () => (await import('./commands/services.js')).servicesCommand(),
  bench: async () => (await import('./commands/bench.js')).benchCommand(),
};
