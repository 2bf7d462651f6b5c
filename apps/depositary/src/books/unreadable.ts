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
  /** By place; under a new root a number comes again. */
  private readonly found = new Map<string, string>();

  constructor(
    private readonly database: DataSource,
    private readonly shelf: Shelf,
    private readonly verification: Verification,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { book, era, version, text } of await this.shelf.newerThan({}, this.database.manager)) {
      const reason = book.startsWith('list:') ? this.verification.unreadable(book, text) : undefined;
      if (reason === undefined) continue;
      this.found.set(placeOf({ book, era, version }), `${book}/${version}`);
      this.logger.error(`${book} ${version} on record cannot be read and is not relayed: ${reason}`);
    }
  }

  has(book: Place): boolean {
    return this.found.has(placeOf(book));
  }

  /** `list:KZ/3`, for the operator. */
  all(): string[] {
    return [...this.found.values()].sort();
  }
}

interface Place {
  readonly book: string;
  readonly era: number;
  readonly version: number;
}

function placeOf({ book, era, version }: Place): string {
  return `${book}/${era}/${version}`;
}
