import { Capability, TaskFailure } from '@baton/agent-sdk';
import { type JsonSchema, objectSchema } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { type Description, describeValues } from '../statistics/describe';
import { finiteValues, figure, figureOrNull } from './figures-schema';

interface DescribeInput {
  readonly values: readonly number[];
}

/** What a sample looks like in twelve figures. */
@Injectable()
export class Describe extends Capability<DescribeInput, Description> {
  readonly name = 'analysis.describe';
  readonly version = '1.0.0';
  readonly description =
    'Describes a sample. Variance and sd divide by n - 1; quartiles are of type 7; skewness is the adjusted G1 and kurtosis ' +
    'the adjusted excess G2, as in Excel and pandas; autocorrelation is of lag 1. What cannot be told is null.';
  readonly input: JsonSchema = objectSchema({ values: finiteValues(1) });
  readonly output: JsonSchema = objectSchema({
    n: { type: 'integer', minimum: 1 },
    mean: figure,
    sd: figureOrNull,
    variance: figureOrNull,
    min: figure,
    q1: figure,
    median: figure,
    q3: figure,
    max: figure,
    skewness: figureOrNull,
    kurtosis: figureOrNull,
    autocorrelation: figureOrNull,
  });

  execute({ values }: DescribeInput): Description {
    return describeValues(values);
  }

  validate(output: Description): void {
    const lost = Object.entries(output).find(([, value]) => value !== null && !Number.isFinite(value));
    if (!lost) return;
    throw new TaskFailure(
      'VALUES_TOO_LARGE',
      `${lost[0]} is larger than a number can hold. Divide the values by a power of ten and describe them again.`,
      { retryable: false },
    );
  }
}
