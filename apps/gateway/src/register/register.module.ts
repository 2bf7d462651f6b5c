import { Global, Module } from '@nestjs/common';
import { Register } from './register.js';
import { RegisterSync } from './sync.js';

@Global()
@Module({ providers: [Register, RegisterSync], exports: [Register, RegisterSync] })
export class RegisterModule {}
