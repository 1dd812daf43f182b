import { isUuid, NotFoundError } from '@baton/contracts';
import { type PipeTransform } from '@nestjs/common';

type NotFoundCode = ConstructorParameters<typeof NotFoundError>[0];

/** An id in the path. What has not the shape of one names nothing: 404, without asking the database. */
export class KnownIdPipe implements PipeTransform<string, string> {
  constructor(
    private readonly code: NotFoundCode,
    private readonly what: string,
  ) {}

  transform(id: string): string {
    if (isUuid(id)) return id.toLowerCase();
    throw new NotFoundError(this.code, `${this.what} ${String(id)}`);
  }
}
