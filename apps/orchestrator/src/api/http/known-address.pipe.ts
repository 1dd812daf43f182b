import { addressPattern, NotFoundError } from '@baton/contracts';
import { type PipeTransform } from '@nestjs/common';

type NotFoundCode = ConstructorParameters<typeof NotFoundError>[0];
const shape = new RegExp(addressPattern);

/** The name of a channel or an address in the path. What has not the shape of one names nothing: 404. */
export class KnownAddressPipe implements PipeTransform<string, string> {
  constructor(
    private readonly code: NotFoundCode,
    private readonly what: string,
  ) {}

  transform(name: string): string {
    if (shape.test(name)) return name;
    throw new NotFoundError(this.code, `${this.what} ${String(name)}`);
  }
}
