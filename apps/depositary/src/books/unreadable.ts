import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Shelf } from './shelf.js';
import { Verification } from './verification.js';

/**
 * Lists on record that no reader could use: kept before certificates were checked, or altered in the database. They are told, and
 * not relayed; the keeper's next version ends it.
 */
@Injectable()
export class Unreadable implements OnApplicationBootstrap {
  private readonly logger = new Logger('Books');
  private readonly found = new Map<string, string>();

  constructor(
    private readonly database: DataSource,
    private readonly shelf: Shelf,
    private readonly verification: Verification,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { book, version, text } of await this.shelf.newerThan({}, this.database.manager)) {
      const reason = book.startsWith('list:') ? this.verification.unreadable(text) : undefined;
      if (reason === undefined) continue;
      this.found.set(`${book}/${version}`, reason);
      this.logger.error(`${book} ${version} on record cannot be read and is not relayed: ${reason}`);
    }
  }

  has({ book, version }: { readonly book: string; readonly version: number }): boolean {
    return this.found.has(`${book}/${version}`);
  }

  /** `list:KZ/3`, for the operator. */
  all(): string[] {
    return [...this.found.keys()].sort();
  }
}
