import { type Asker, type Contestant, type Course } from '../bus/contest';
import { messengerAsker, messengerContestant } from '../bus/messenger-contest';
import { rawAsker, rawContestant } from '../bus/raw-amqp';
import { percentile, type RunOutcome } from '../report';
import { median } from '../report/statistics';
import { type Stage } from '../stage/stage';
import { type Scale, type Scenario } from './scenario';

const courses: readonly (Course & { readonly quick: number })[] = [
  { name: 'direct', recipients: 1, messages: 20_000, quick: 500 },
  { name: 'multicast', recipients: 20, messages: 1_500, quick: 30 },
  { name: 'broadcast', recipients: 50, messages: 600, quick: 20 },
  { name: 'publish-subscribe', recipients: 1, messages: 20_000, quick: 500 },
];
/** The two ways take turns so often in a run; the median counts. */
const TURNS = 3;

type Readings = RunOutcome['readings'];

/** Deliveries a second. */
async function rate(contestant: Contestant, messages: number, recipients: number): Promise<number> {
  const startedAt = performance.now();
  await contestant.flood(messages);
  return (1000 * messages * recipients) / (performance.now() - startedAt);
}

async function race(url: string, course: Course, messages: number): Promise<Readings> {
  const raw = await rawContestant(url, course);
  const ours = await messengerContestant(url, course);
  try {
    for (const contestant of [raw, ours]) await contestant.flood(Math.ceil(messages / 5));
    const figures: { raw: number[]; ours: number[] } = { raw: [], ours: [] };
    for (let turn = 0; turn < TURNS; turn++) {
      figures.raw.push(await rate(raw, messages, course.recipients));
      figures.ours.push(await rate(ours, messages, course.recipients));
    }
    return [
      { metric: course.name, unit: 'deliveries/s', value: median(figures.ours) },
      { metric: `${course.name} raw`, unit: 'deliveries/s', value: median(figures.raw) },
      { metric: `${course.name} of raw`, unit: 'ratio', value: median(figures.ours) / median(figures.raw) },
    ];
  } finally {
    await Promise.all([raw.close(), ours.close()]);
  }
}

/** One after the other. */
async function latencies(asker: Asker, requests: number): Promise<number[]> {
  const taken: number[] = [];
  for (let request = 0; request < requests; request++) {
    const askedAt = performance.now();
    await asker.ask();
    taken.push(performance.now() - askedAt);
  }
  return taken;
}

async function raceOfRequests(url: string, requests: number): Promise<Readings> {
  const [raw, ours] = await Promise.all([rawAsker(url), messengerAsker(url)]);
  try {
    for (const asker of [raw, ours]) await latencies(asker, requests);
    const figures: { raw: number[]; ours: number[] } = { raw: [], ours: [] };
    for (let turn = 0; turn < TURNS; turn++) {
      figures.raw.push(percentile(await latencies(raw, requests), 0.5));
      figures.ours.push(percentile(await latencies(ours, requests), 0.5));
    }
    return [
      { metric: 'request p50', unit: 'ms', value: median(figures.ours) },
      { metric: 'request p50 raw', unit: 'ms', value: median(figures.raw) },
      { metric: 'request p50 by raw', unit: 'times', value: median(figures.ours) / median(figures.raw) },
    ];
  } finally {
    await Promise.all([raw.close(), ours.close()]);
  }
}

async function run(stage: Stage, scale: Scale): Promise<RunOutcome> {
  const url = stage.mesh.services.messageQueueUrl;
  const { result, spent } = await stage.metered(async () => {
    // Requests first: code that has just sent floods by the same functions is a tenth slower at them.
    const readings: Readings[] = [await raceOfRequests(url, scale.of(5_000, 50))];
    for (const course of courses) readings.push(await race(url, course, scale.of(course.messages, course.quick)));
    return readings.flat();
  });
  return { readings: result, others: spent.others };
}

export const bus: Scenario = {
  name: 'bus',
  about:
    'each pattern through the Messenger beside amqplib by hand, in turns, persistent, confirmed and acked: direct; multicast to 20; broadcast to 50; an event by wildcard; requests one after the other',
  agents: [],
  run,
};
