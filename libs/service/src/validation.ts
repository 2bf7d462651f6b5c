import { type ArgumentMetadata, Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import { ValiseError } from '#core';

const ISSUES_SHOWN_MAX = 20;

/** A malformed identifier in a path names nothing: 404, and not an error of the request's form. */
@Injectable()
class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    try {
      return await super.transform(value, metadata);
    } catch (thrown) {
      if (metadata.type !== 'param' || !(thrown instanceof ValiseError)) throw thrown;
      const path = metadata.data ?? '$';
      throw new ValiseError('NOT_FOUND', `there is no such ${path}: ${thrown.message.replace(/^\$: /, '')}`, {
        path,
      });
    }
  }
}

/** Validates every parameter that names a schema; says each field at fault by its path. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new ValidationPipe({
    exceptionFactory: (issues) => {
      const errors = issues.slice(0, ISSUES_SHOWN_MAX).map((issue) => ({
        path:
          (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.') ||
          '$',
        message: issue.message,
      }));
      const first = errors[0];
      return new ValiseError('INPUT_INVALID', first ? `${first.path}: ${first.message}` : 'invalid input', {
        path: first?.path ?? '$',
        errors,
      });
    },
  });
}
