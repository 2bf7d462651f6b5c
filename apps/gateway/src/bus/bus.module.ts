import {
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BusPublisher, BusServer, type BusTls } from '#bus';
import { connectionsTo, isDatabaseAway, readSecret } from '#service';
import { readFileSync } from 'node:fs';
import { CONFIGURATION, type Configuration } from '../configuration.js';

const STATES = Symbol('valise.bus.states');
type States = ReturnType<typeof connectionsTo>;

/** The connection to the bus: what is published and what arrives have one each, so that neither delays the other. */

@Module({
  providers: [
    {
      provide: STATES,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) => {
        const { host, pathname } = new URL(connection(configuration).url);
        return connectionsTo(`RabbitMQ at ${host}${pathname}`, new Logger('Bus'));
      },
    },
    {
      provide: BusPublisher,
      inject: [CONFIGURATION, STATES],
      useFactory: (configuration: Configuration, listener: States) =>
        new BusPublisher({ node: configuration.node, ...connection(configuration), onState: listener() }),
    },
    {
      provide: BusServer,
      inject: [CONFIGURATION, STATES],
      useFactory: (configuration: Configuration, listener: States) =>
        new BusServer({
          onState: listener(),
          isToldElsewhere: isDatabaseAway,
          node: configuration.node,
          peers: [...new Set([...configuration.bus.peers, ...configuration.register.depositaries])],
          prefetch: configuration.bus.prefetch,
          // A megabyte each, verified and written one after the other: more only wait in memory.
          attachmentsPrefetch: 4,
          ...connection(configuration),
        }),
    },
  ],
  exports: [BusPublisher, BusServer],
})
export class BusModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(@Inject(BusPublisher) private readonly publisher: BusPublisher) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.publisher.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.publisher.close();
  }
}

function connection({ bus, file, resolve }: Configuration): { url: string; tls?: BusTls } {
  const { tls } = bus;
  const url = readSecret(bus.url, file);
  if (!tls) return { url };
  const read = (name: string): Buffer => readFileSync(resolve(name));
  return { url, tls: { ca: [read(tls.ca)], cert: read(tls.certificate), key: read(tls.key) } };
}
