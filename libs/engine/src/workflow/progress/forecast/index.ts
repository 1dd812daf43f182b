export type { DurationStats } from './durations';
export { forecast, forecastOf, playsOf } from './forecast';
export type { Forecast } from './forecast';
export type { ForecastPlan } from './plan';
export type { ForecastKnowledge } from './plan-builder';
export { planOfRun } from './plan-of-run';
export { plainKey } from './plan-pattern';
export { simulate } from './simulate';
