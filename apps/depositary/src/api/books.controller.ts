import { Controller, Get, Header, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ValiseError } from '#core';
import { Allow, type PageQuery, pageQuery, problemSchema } from '#service';
import type { Response } from 'express';
import type { z } from 'zod';
import { Shelf } from '../books/shelf.js';
import { bookParams, booksSchema, versionPageSchema, versionParams } from './schemas.js';

/** The books as they are relayed: every version, exactly as signed. */
@Controller('v1/books')
@Allow('administrator', 'auditor', 'system')
@ApiTags('books')
@ApiResponse({ status: 'default', description: 'problem details', standardSchema: problemSchema })
export class BooksController {
  constructor(private readonly shelf: Shelf) {}

  @Get()
  @ApiOperation({ summary: 'Every book with its newest version and its age' })
  @ApiResponse({ status: 200, standardSchema: booksSchema })
  list() {
    return this.shelf.overview(new Date());
  }

  @Get(':book/versions')
  @ApiOperation({ summary: 'The versions of one book, newest first' })
  @ApiResponse({ status: 200, standardSchema: versionPageSchema })
  versions(
    @Param({ schema: bookParams }) { book }: z.infer<typeof bookParams>,
    @Query({ schema: pageQuery }) query: PageQuery,
  ) {
    return this.shelf.versions(book, query);
  }

  @Get(':book/versions/:version')
  @Header('Content-Type', 'application/jose+json')
  @ApiOperation({ summary: 'One version, the very bytes that its keeper signed' })
  @ApiProduces('application/jose+json')
  @ApiResponse({ status: 200, description: 'JWS General JSON', schema: { type: 'object' } })
  async version(
    @Param({ schema: versionParams }) { book, version }: z.infer<typeof versionParams>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const row = await this.shelf.exact(book, version);
    if (!row) throw new ValiseError('NOT_FOUND', `there is no version ${version} of ${book} here`);
    response.setHeader('ETag', `"${row.hash}"`);
    return row.text;
  }
}
