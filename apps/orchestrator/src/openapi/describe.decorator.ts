import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type JsonObject } from '@baton/contracts';
import { z } from 'zod';
import { ACCESS, type Access } from '../auth/access.decorator';
import { type SchemaName } from './schemas';

/** What a status answers: the name of a schema (JSON), nothing, or other content. */
type Answer = SchemaName | undefined | { readonly content: readonly string[]; readonly description: string };

export interface Description {
  readonly summary: string;
  readonly tag: string;
  readonly description?: string;
  readonly body?: SchemaName;
  readonly bodyOptional?: boolean;
  /** Content types beside JSON. */
  readonly bodyTypes?: readonly string[];
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ok: Readonly<Record<number, Answer>>;
  /** Statuses of problems, beside those every route may answer. */
  readonly errors?: readonly number[];
}

/** Puts a route into the OpenAPI document. Stands above @Roles or @Open, which it documents too. */
export function Describe(description: Description): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const access = Reflect.getMetadata(ACCESS, descriptor.value as object) as Access | undefined;
    const { summary, tag } = description;
    const role = access === undefined || access === 'open' ? '' : ` Needs the role ${access.join(' or ')}.`;
    const operation = { summary, description: `${description.description ?? summary}.${role}` };
    const decorate = applyDecorators(
      ApiTags(tag),
      ApiOperation(operation),
      ...(access === 'open' ? [] : [ApiBearerAuth()]),
      ...bodyOf(description),
      ...queryOf(description.query),
      ...Object.entries(description.headers ?? {}).map(([name, text]) =>
        ApiHeader({ name, description: text, required: false, schema: { type: 'string' } }),
      ),
      ...Object.entries(description.ok).map(([status, answer]) => okOf(Number(status), answer)),
      ...errorsOf(description, access).map(problemOf),
    );
    decorate(target, key, descriptor);
  };
}

function reference(name: SchemaName): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function bodyOf({ body, bodyOptional, bodyTypes = [] }: Description): MethodDecorator[] {
  if (body === undefined) return [];
  const content = Object.fromEntries(
    ['application/json', ...bodyTypes].map((type) => [type, { schema: reference(body) }]),
  );
  return [ApiBody({ required: bodyOptional !== true, content } as Parameters<typeof ApiBody>[0])];
}

function queryOf(query: z.ZodObject | undefined): MethodDecorator[] {
  if (!query) return [];
  const { properties = {} } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, schema]) =>
    ApiQuery({ name, required: false, schema: schema as JsonObject }),
  );
}

function okOf(status: number, answer: Answer): MethodDecorator {
  const description = STATUS_CODES[status] ?? '';
  if (answer === undefined) return ApiResponse({ status, description });
  if (typeof answer === 'string') {
    return ApiResponse({ status, description, content: { 'application/json': { schema: reference(answer) } } });
  }
  const content = Object.fromEntries(answer.content.map((type) => [type, { schema: { type: 'string' } }]));
  return ApiResponse({ status, description: answer.description, content });
}

function errorsOf({ errors = [] }: Description, access: Access | undefined): number[] {
  return [...new Set([...errors, ...(access === 'open' ? [] : [401, 403]), 500, 503])].sort((a, b) => a - b);
}

function problemOf(status: number): MethodDecorator {
  const content = { 'application/problem+json': { schema: reference('Problem') } };
  return ApiResponse({ status, description: STATUS_CODES[status] ?? 'Problem', content });
}
