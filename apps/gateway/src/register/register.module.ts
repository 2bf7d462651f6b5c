import { Global, Module } from '@nestjs/common';
import { Register } from './register.js';
import { Revocations } from './revocations.js';
import { RegisterSync } from './sync.js';

@Global()
@Module({ providers: [Register, RegisterSync, Revocations], exports: [Register, RegisterSync, Revocations] })
export class RegisterModule {}
