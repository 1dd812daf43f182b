import { ASSUMED, type Elements } from './elements';
import { type Candidate, type Load, type Recommendation } from './recommendation';
import { type Shape } from './shape';

interface Facts {
  readonly shape: Shape;
  readonly loads: readonly Load[];
  readonly candidates: readonly Candidate[];
  readonly best: Candidate;
  readonly waits: readonly string[];
  readonly elements: Elements;
}

/** Why this one, in words. */
export function reasonsFor(facts: Facts): Pick<Recommendation, 'change' | 'reasons' | 'assumptions'> {
  const reasons = [
    aboutShape(facts.shape),
    ...aboutTimes(facts),
    ...aboutLoad(facts.loads),
    ...aboutAlike(facts.shape),
  ];
  return { change: changeTo(facts.best), reasons, assumptions: assumptionsOf(facts) };
}

function aboutShape({ kind, steps, depth, width, edges }: Shape): string {
  if (kind === 'single') return 'It is one step: there is nothing to arrange but what is inside it.';
  if (kind === 'chain')
    return `Its ${steps} steps follow each other: none can start before the one before it has ended.`;
  if (kind === 'independent') return `Its ${steps} steps do not need each other: all may run at once.`;
  return `Of its ${steps} steps with ${edges} dependencies the longest chain has ${depth}; up to ${width} may run at once.`;
}

function aboutTimes({ candidates, best }: Facts): string[] {
  const times = candidates.map((one) => `${nameOf(one)} ${told(one.makespanMs)}`).join(', ');
  const written = candidates[0] as Candidate;
  const gain = Math.round((1 - best.makespanMs / written.makespanMs) * 100);
  const why =
    best === written
      ? 'Nothing else is noticeably faster than the document as it is written.'
      : `${nameOf(best)} is ${gain} % faster than the document as it is written, and nothing is noticeably faster than that.`;
  return [`Expected: ${times}.`, why];
}

/** What there is too little of. */
function aboutLoad(loads: readonly Load[]): string[] {
  const [heaviest] = [...loads].sort((one, other) => other.boundMs - one.boundMs);
  const absent = loads.filter(({ slots }) => slots === null);
  const missing = absent.map(
    ({ capability }) => `Nobody who is present offers ${capability}: it would wait. One slot was assumed.`,
  );
  if (!heaviest || heaviest.tasks < 2) return missing;
  const { capability, tasks, meanMs, slots, boundMs } = heaviest;
  const busiest = `${capability} has most to do: ${tasks} tasks of about ${told(meanMs)} on ${slots ?? 1} slots take ${told(boundMs)} at least. More agents of it would help most.`;
  return [busiest, ...missing];
}

function aboutAlike({ alike }: Shape): string[] {
  return alike.map(
    ({ capability, steps }) =>
      `${steps.join(', ')} give ${capability} the same input: if their answers are to be compared, pattern: consensus with agents: ${steps.length} does that, takes as long, and asks different agents.`,
  );
}

function assumptionsOf({ waits, elements, loads }: Facts): string[] {
  const unknown = loads.filter(({ known }) => known === 0);
  return [
    ...unknown.map(({ capability }) => `${capability} has never been done here: taken as about one second.`),
    ...elements.assumed.map(
      (key) =>
        `How long the list of ${key} is shows when it begins: taken as ${ASSUMED}. \`input\` or an earlier run tells.`,
    ),
    ...waits.map((id) => `How long ${id} waits is not counted.`),
  ];
}

function changeTo({ execution, concurrency, stages }: Candidate): string {
  if (execution === 'as-written') return 'None: leave the document as it is.';
  if (execution === 'pipeline') {
    const named = stages.map(({ id, concurrency: places }) => `${id} (concurrency ${places})`).join(', ');
    return `Make ${stages.map(({ id }) => id).join(', ')} one step with \`pattern: pipeline\`: \`items\` is the list of the first, and the stages are ${named}; in the later ones \`previous\` takes the place of \`item\`.`;
  }
  const limit =
    concurrency === null
      ? 'Leave `concurrency` of the document out'
      : `Set \`concurrency: ${concurrency}\` in the document`;
  return `${limit}, and take \`concurrency\` off its steps with forEach.`;
}

function nameOf({ execution, concurrency }: Candidate): string {
  if (execution === 'parallel') return concurrency === null ? 'all at once' : `${concurrency} at once`;
  return { 'as-written': 'as written', sequential: 'one after the other', pipeline: 'as a pipeline' }[execution];
}

function told(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}
