import { readFileSync } from 'node:fs';
import { type INestApplication, Logger, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type BusConnectionOptions, BusPublisher, BusServer } from '#bus';
import { ValiseError, messageOf } from '#core';
import { connectionsTo, databaseOptions, furnish, isDatabaseAway, migrate, QuietStartLogger } from '#service';
import { type DepositaryConfiguration, readConfiguration } from './configuration.js';
import { ENTITIES } from './database/entities.js';
import { FirstSchema1767225600000 } from './database/first-schema.js';
import { Histories1767225600001 } from './database/histories.js';
import { StatementProofs1767225600002 } from './database/statement-proofs.js';
import { DepositaryModule, type Prepared } from './depositary.module.js';
import { Keeper, loadAnchors } from './keeper.js';

/** One at a time per sender: of two versions sent in a row the older must not come too late. */
const PREFETCH = 1;

/**
 * Configuration → keys → database → HTTP and bus. Everything is checked before the first request is answered; only
 * the bus may be away at the start, for it comes and goes.
 *
 * @throws ValiseError with a remedy, for the operator
 */
export async function start(configurationFile: string): Promise<INestApplication> {
  const prepared = await prepare(configurationFile);
  const { listen, node } = prepared.configuration;

  const options: NestApplicationOptions = {
    logger: new QuietStartLogger({
      prefix: node,
      json: process.env.NODE_ENV === 'production',
      colors: process.stdout.isTTY,
    }),
    abortOnError: false,
    bodyParser: false,
  };
  const app = await NestFactory.create<NestExpressApplication>(DepositaryModule.of(prepared), options);
  furnish(app, `Valise depositary of the ${prepared.configuration.organisation}`);
  app.connectMicroservice<MicroserviceOptions>({ strategy: prepared.server });
  await app.listen(listen.port, listen.host);
  await app.startAllMicroservices();
  new Logger('Start').log(`${node} listens on http://${listen.host}:${listen.port}`);
  return app;
}

async function prepare(configurationFile: string): Promise<Prepared> {
  const configuration = readConfiguration(configurationFile);
  const keeper = Keeper.load(configuration, new Date());
  const anchors = loadAnchors(configuration);
  const database = databaseOptions({
    ...configuration.database,
    entities: ENTITIES,
    migrations: [FirstSchema1767225600000, Histories1767225600001, StatementProofs1767225600002],
  });
  const { node, peers } = configuration;
  const bus = busOptions(configuration);
  const { host, pathname } = new URL(bus.url);
  const listener = connectionsTo(`RabbitMQ at ${host}${pathname}`, new Logger('Bus'));
  const server = new BusServer({
    ...bus,
    ...{ node, peers, prefetch: PREFETCH, onState: listener(), isToldElsewhere: isDatabaseAway },
  });
  const publisher = new BusPublisher({ ...bus, node, onState: listener() });
  await migrate(database);
  return { configuration, database, keeper, anchors, server, publisher };
}

function busOptions({ bus }: DepositaryConfiguration): BusConnectionOptions {
  if (!bus.tls) return { url: bus.url };
  const { ca, certificate, key } = bus.tls;
  return { url: bus.url, tls: { ca: read(ca), cert: read(certificate), key: read(key) } };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (thrown) {
    throw new ValiseError('KEY_FILE', `bus.tls: ${messageOf(thrown)}`, {
      remedy: 'name a PEM file that this process may read',
    });
  }
}
