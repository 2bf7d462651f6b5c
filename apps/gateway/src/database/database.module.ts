import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from './leader.js';

@Global()
@Module({})
export class DatabaseModule {
  static for(configuration: Configuration): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [Leader, { provide: CONFIGURATION, useValue: configuration }],
      exports: [Leader, CONFIGURATION],
    };
  }
}
