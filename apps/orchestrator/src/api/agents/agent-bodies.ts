import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';

const TextValues = () =>
  ValidateBy({
    name: 'textValues',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.values(value).every((one) => typeof one === 'string'),
      defaultMessage: () => 'must be an object whose values are text',
    },
  });

/** An agent to start: one process of a family that some host offers. */
export class AgentCreateBody {
  @IsString()
  @Length(1, 200)
  readonly family!: string;

  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/, { message: 'is at most 63 small letters, digits and hyphens' })
  readonly name?: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  readonly tags?: string[];

  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly concurrency?: number;

  @IsOptional()
  @TextValues()
  readonly env?: Record<string, string>;
}
