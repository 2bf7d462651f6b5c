import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { BOOK_VERSION_MAX, ValiseError } from '#core';
import { isOfOthers } from '#register';
import { Allow, Caller, type Principal, problemSchema } from '#service';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Book } from '../register/entities.js';
import { BookConflicts, type ConflictSummary } from '../register/conflicts.js';
import { Register } from '../register/register.js';
import * as schemas from './schemas.js';

const bookId = z
  .string()
  .regex(/^[a-z]+:[A-Za-z0-9._:-]{1,100}$/, 'a book’s identifier, for example list:KZ');
const version = z.coerce.number().int().min(1).max(BOOK_VERSION_MAX);
const rowId = z.string().regex(/^\d{1,18}$/, 'the number of a conflict');
const signed = z.strictObject({ payload: z.string(), signatures: z.array(z.unknown()).min(1).max(8) });
const submitted = z.union([
  signed.describe('the signed book as `valise books` prints it, JWS General JSON'),
  z.strictObject({ book: z.looseObject({}).describe('the same') }),
]);
const outcome = z.object({ outcome: z.enum(['applied', 'known']), book: z.string(), version: z.number() });
const authoritiesQuery = z.strictObject({ instrument: z.string().max(60).optional() });
const everyone = ['officer', 'head', 'security-officer', 'auditor', 'system', 'administrator'] as const;

/** The register as this node holds it. */
@ApiTags('register')
@ApiResponse({ status: '4XX', standardSchema: problemSchema, description: 'problem details' })
@Controller('v1/register')
export class RegisterController {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly register: Register,
    private readonly conflicts: BookConflicts,
  ) {}

  @Get()
  @Allow(...everyone)
  @ApiOperation({ summary: 'Every book, its version in force and its age' })
  @ApiResponse({ status: 200, standardSchema: z.array(schemas.bookView) })
  books(@Caller() { authority }: Principal): z.output<typeof schemas.bookView>[] {
    const hidden = this.register.snapshot.hiddenFrom(authority);
    const shown = this.register.ages().filter(({ book }) => !hidden.has(book));
    return shown.map((age) => ({
      ...age,
      signedAt: age.signedAt.toISOString(),
      receivedAt: age.receivedAt.toISOString(),
      freshAt: age.freshAt.toISOString(),
    }));
  }

  @Get('books/:book/versions/:version')
  @Allow(...everyone)
  @ApiOperation({ summary: 'A version exactly as it was signed' })
  @ApiResponse({ status: 200, standardSchema: z.looseObject({}) })
  async book(
    @Caller() { authority }: Principal,
    @Param('book', { schema: bookId }) book: string,
    @Param('version', { schema: version }) number: number,
  ): Promise<unknown> {
    const row = await this.database
      .getRepository(Book)
      .findOne({ where: { book, version: number }, order: { era: 'DESC' } });
    if (!row || isOfOthers(row, authority))
      throw new ValiseError('NOT_FOUND', `there is no version ${number} of ${book}`, { path: 'version' });
    return JSON.parse(row.text);
  }

  @Get('conflicts')
  @Allow('administrator', 'auditor')
  @ApiOperation({
    summary: 'Books with a second history: `proven` if the keeper signed both, else claimed by a peer',
  })
  @ApiResponse({ status: 200, standardSchema: z.array(schemas.bookConflictView) })
  async listConflicts(
    @Caller() { authority }: Principal,
  ): Promise<z.output<typeof schemas.bookConflictView>[]> {
    const hidden = this.register.snapshot.hiddenFrom(authority);
    const all = await this.conflicts.all();
    return all.filter(({ book }) => !hidden.has(book)).map(viewConflict);
  }

  @Get('conflicts/:id')
  @Allow('administrator', 'auditor')
  @ApiOperation({ summary: 'One of them, with both signed texts as proof' })
  @ApiResponse({ status: 200, standardSchema: schemas.bookConflictProof })
  async conflict(
    @Caller() { authority }: Principal,
    @Param('id', { schema: rowId }) id: string,
  ): Promise<z.output<typeof schemas.bookConflictProof>> {
    const found = await this.conflicts.one(id);
    if (!found || this.register.snapshot.hiddenFrom(authority).has(found.row.book))
      throw new ValiseError('NOT_FOUND', `there is no conflict ${id}`, { path: 'id' });
    const { row, theirs, ours } = found;
    return { ...viewConflict(row), theirText: theirs, ourText: ours };
  }

  @Get('authorities')
  @Allow(...everyone)
  @ApiOperation({ summary: 'The listed authorities, of one instrument or of all' })
  @ApiResponse({ status: 200, standardSchema: z.array(schemas.authorityView) })
  authorities(
    @Query({ schema: authoritiesQuery }) { instrument }: z.output<typeof authoritiesQuery>,
  ): z.output<typeof schemas.authorityView>[] {
    return this.register.snapshot.nationalLists
      .flatMap(({ book, authorities }) => authorities.map((entry) => ({ entry, book })))
      .filter(
        ({ entry }) =>
          instrument === undefined || (entry.instruments as readonly string[]).includes(instrument),
      )
      .map(({ entry, book }) => ({
        id: entry.id,
        names: entry.names,
        node: entry.node,
        book,
        kind: entry.kind,
        unitOf: entry.unitOf ?? null,
        instruments: [...entry.instruments],
        sample: entry.sample,
      }));
  }

  @Get('agreements')
  @Allow(...everyone)
  @ApiOperation({
    summary: 'The further agreements that the treaty books record: on secrecy, channels, legal assistance',
  })
  @ApiResponse({ status: 200, standardSchema: z.array(schemas.agreementView) })
  agreements(): z.output<typeof schemas.agreementView>[] {
    return this.register.snapshot.treatyBooks.flatMap(({ book, agreements }) =>
      agreements.map(({ between, ...agreement }) => ({ ...agreement, book, between: [...between] })),
    );
  }

  @Post('books')
  @HttpCode(200)
  @Allow('administrator')
  @ApiOperation({
    summary: 'Submit a signed book, arrangement or accreditation; applied only if newer and correctly signed',
  })
  @ApiResponse({ status: 200, standardSchema: outcome })
  async submit(
    @Caller() caller: Principal,
    @Body({ schema: submitted }) body: z.output<typeof submitted>,
  ): Promise<z.output<typeof outcome>> {
    const text = JSON.stringify('book' in body ? body.book : body);
    const arrival = {
      kind: 'book',
      exchange: 'http',
      queue: caller.tokenId,
      body: Buffer.from(text, 'utf8'),
    };
    const acceptance = await this.register.accept(text, caller.name, arrival);
    if (acceptance.outcome === 'refused')
      throw new ValiseError(acceptance.code, acceptance.detail, { path: 'book' });
    return { outcome: acceptance.outcome, book: acceptance.book, version: acceptance.version };
  }
}

function viewConflict(row: ConflictSummary): z.output<typeof schemas.bookConflictView> {
  const { id, book, version, hash, ourVersion, ourHash, node, proven, firstAt, lastAt, times } = row;
  return {
    ...{ id, book, proven, times, shownBy: node === '' ? null : node },
    theirs: { version, hash },
    ours: { version: ourVersion, hash: ourHash },
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}
