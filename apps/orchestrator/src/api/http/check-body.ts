import { createValidator } from '@baton/bus';
import { type JsonSchema, ValidationError } from '@baton/contracts';

/** A check by compiled JSON Schema: gives the body back as what it was found to be, or throws ValidationError. */
export function bodyCheck<Body>(schema: JsonSchema): (body: unknown) => Body {
  const validate = createValidator(schema);
  return (body) => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw notAnObject();
    const faults = validate(body);
    if (faults.length > 0) throw new ValidationError(faults);
    return body as Body;
  };
}

function notAnObject(): ValidationError {
  return new ValidationError([
    { path: '', message: 'must be a JSON object (over HTTP sent as content-type application/json)' },
  ]);
}
