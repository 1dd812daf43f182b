import { Capability, TaskFailure } from '@baton/agent-sdk';
import { type JsonSchema, objectSchema } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { type AnomalyMethod, anomalyMethods, findAnomalies } from '../anomalies/find-anomalies';
import { type TimedAnomaly, timeOrder, type Timestamp } from '../anomalies/time-order';
import { figure, finiteValues } from './figures-schema';

interface AnomaliesInput {
  readonly values: readonly number[];
  readonly timestamps?: readonly Timestamp[];
  readonly method?: AnomalyMethod | 'auto';
  readonly sensitivity?: number;
  readonly period?: number;
}

interface AnomaliesOutput {
  readonly anomalies: readonly TimedAnomaly[];
  readonly method: AnomalyMethod;
  readonly scale: 'linear' | 'log';
  readonly period: number | null;
  readonly threshold: number;
}

const timestamp: JsonSchema = { anyOf: [{ type: 'string', maxLength: 64 }, { type: 'number' }] };
const timestampOrNull: JsonSchema = { type: ['string', 'number', 'null'] };

/** Values that do not fit the others: of a heap of figures, or of a series in time. */
@Injectable()
export class Anomalies extends Capability<AnomaliesInput, AnomaliesOutput> {
  readonly name = 'analysis.anomalies';
  readonly version = '1.0.0';
  readonly description =
    'Finds values that do not fit the others. auto looks for a season, then for drift, and else judges by the median ' +
    '(on a log scale when the values are positive and skewed). The score is the distance from the expected value in ' +
    'robust standard deviations; sensitivity 0.5 reports from 3.5, 1 from 1, 0 from 6.';
  readonly input: JsonSchema = objectSchema({
    values: finiteValues(0),
    'timestamps?': { type: 'array', items: timestamp, maxItems: 1_000_000 },
    'method?': { type: 'string', enum: ['auto', ...anomalyMethods] },
    'sensitivity?': { type: 'number', minimum: 0, maximum: 1 },
    'period?': { type: 'integer', minimum: 2, maximum: 500_000 },
  });
  readonly output: JsonSchema = objectSchema({
    anomalies: {
      type: 'array',
      items: objectSchema({
        index: { type: 'integer', minimum: 0 },
        timestamp: timestampOrNull,
        value: figure,
        expected: figure,
        score: figure,
      }),
    },
    method: { type: 'string', enum: [...anomalyMethods] },
    scale: { type: 'string', enum: ['linear', 'log'] },
    period: { type: ['integer', 'null'] },
    threshold: figure,
  });

  execute({ values, timestamps, method = 'auto', sensitivity = 0.5, period }: AnomaliesInput): AnomaliesOutput {
    const order = timeOrder(values, timestamps);
    if (!order.ok) throw new TaskFailure('INPUT_INVALID', order.fault, { retryable: false });
    const settings = { method, sensitivity, ...(period === undefined ? {} : { period }) };
    const findings = findAnomalies(order.values, settings);
    return { ...findings, anomalies: order.restore(findings.anomalies) };
  }

  validate(output: AnomaliesOutput): void {
    const lost = output.anomalies.find(({ expected, score }) => !Number.isFinite(expected + score));
    if (!lost) return;
    throw new TaskFailure(
      'VALUES_TOO_LARGE',
      `The score of values[${lost.index}] is larger than a number can hold. Divide the values by a power of ten.`,
      { retryable: false },
    );
  }
}
