import { createValidator, schemaLimits } from '@baton/bus';
import { type ChannelTypes, type FieldFault, ValidationError } from '@baton/contracts';

/** All types of a channel travel in one message, with each membership. */
const mostTypes = 200;

/** Throws ValidationError naming each type whose schema does not compile, or that they are too many or too large. */
export function checkTypes(types: ChannelTypes): void {
  const names = Object.keys(types);
  const size = JSON.stringify(types).length;
  if (names.length > mostTypes) refuse('types', `are ${names.length}; at most ${mostTypes} are taken`);
  if (size > schemaLimits.bytes) refuse('types', `have ${size} characters; at most ${schemaLimits.bytes} are taken`);
  const faults = names.flatMap((name): FieldFault[] => {
    const message = faultOf(types[name] ?? true);
    return message === undefined ? [] : [{ path: `types.${name}`, message }];
  });
  if (faults.length > 0) throw new ValidationError(faults);
}

function refuse(path: string, message: string): never {
  throw new ValidationError([{ path, message }]);
}

function faultOf(schema: ChannelTypes[string]): string | undefined {
  try {
    createValidator(schema);
    return undefined;
  } catch (error) {
    if (error instanceof ValidationError) return error.message;
    throw error;
  }
}
