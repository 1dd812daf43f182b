import { applyDecorators, Header } from '@nestjs/common';

/** The handler returns JSON text, which is sent as it is. */
export function RawJson(): MethodDecorator {
  return applyDecorators(Header('content-type', 'application/json; charset=utf-8'));
}
