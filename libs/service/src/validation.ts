import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ValiseError } from '#core';

const ISSUES_SHOWN_MAX = 20;

/** Validates every parameter that names a schema; says each field at fault by its path. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
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
