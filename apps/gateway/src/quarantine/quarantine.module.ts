import { Global, Module } from '@nestjs/common';
import { Quarantine } from './quarantine.js';

@Global()
@Module({ providers: [Quarantine], exports: [Quarantine] })
export class QuarantineModule {}
