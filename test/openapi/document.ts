import 'reflect-metadata';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { openApi } from '#service';

/** The parts of a document that tests look at. */
export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: object }[];
  readonly requestBody?: {
    content: Record<string, { schema?: object; examples?: Record<string, { value: unknown }> }>;
  };
  readonly responses: Record<string, { content?: Record<string, unknown> }>;
}
export interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

const OPTIONS = { logger: false, abortOnError: false } as const;

@Module({})
class Doors {}

/** The document of controllers as the process serves it, made without anything behind them. */
export async function documentOf(controllers: readonly Type[], title: string): Promise<Document> {
  const tokens = controllers.flatMap((controller) => {
    const types = (Reflect.getMetadata('design:paramtypes', controller) ?? []) as unknown[];
    const named = (Reflect.getMetadata('self:paramtypes', controller) ?? []) as {
      index: number;
      param: unknown;
    }[];
    return types.map((type, index) => named.find((one) => one.index === index)?.param ?? type);
  });
  const providers = [...new Set(tokens)].map((provide) => ({ provide: provide as never, useValue: {} }));
  const root = { module: Doors, controllers: [...controllers], providers };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class in name only
  const app = await NestFactory.create<NestExpressApplication>(root, OPTIONS);
  try {
    return openApi(app, title) as unknown as Document;
  } finally {
    await app.close();
  }
}
