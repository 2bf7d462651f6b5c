import { Module } from '@nestjs/common';
import { RegisterModule } from '../register/register.module.js';
import { Judge } from './judge.js';
import { PathPoolModule } from './path-pool.js';
import { Settling } from './settling.js';

/** The shell around the core. */
@Module({
  imports: [PathPoolModule, RegisterModule],
  providers: [Judge, Settling],
  exports: [Judge, Settling],
})
export class SettlingModule {}
