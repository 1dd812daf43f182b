import { type FieldFault, ValidationError as FieldsError } from '@baton/contracts';
import { ValidationPipe } from '@nestjs/common';
import { type ValidationError } from 'class-validator';

/** For documents (not for tasks, whose schema is compiled): class-validator, unknown fields refused, all faults named. */
export function documentPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => new FieldsError(errors.flatMap((error) => faultsOf(error, ''))),
  });
}

function faultsOf(error: ValidationError, parent: string): FieldFault[] {
  const path = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    path,
    message: rule === 'whitelistValidation' ? 'is not a known field' : message.replace(`${error.property} `, ''),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
}
