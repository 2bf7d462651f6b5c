import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { BusServer } from '#bus';
import { ValiseError } from '#core';
import { furnish, migrate, QuietStartLogger, runService } from '#service';
import { isUpload } from './api/attachments.upload.js';
import { AppModule, gatewayDatabase } from './app.module.js';
import { readConfiguration } from './configuration.js';

const USAGE = 'usage: node dist/gateway.js CONFIGURATION.yaml';

export const run = (): Promise<void> =>
  runService('gateway', async () => {
    const file = process.argv[2];
    if (file === undefined) throw new ValiseError('CONFIGURATION', USAGE);
    const configuration = readConfiguration(file);
    await migrate(gatewayDatabase(configuration));

    const logger = new QuietStartLogger({
      prefix: configuration.node,
      json: process.env.NODE_ENV === 'production',
      colors: process.stdout.isTTY,
    });
    const app = await NestFactory.create<NestExpressApplication>(AppModule.for(configuration), {
      logger,
      abortOnError: false,
    });
    furnish(app, `Valise gateway ${configuration.node}`, isUpload);
    // What arrives on the bus is authenticated by its envelope: the HTTP guard and pipes are not for it.
    app.connectMicroservice({ strategy: app.get(BusServer) }, { inheritAppConfig: false });
    await app.listen(configuration.listen.port, configuration.listen.host);
    await app.startAllMicroservices();
    return app;
  });
