/** What the workflow dependency-report gives; see its `output`. */
export interface DemoAnswer {
  readonly documents: number;
  readonly matching: number;
  readonly hits: readonly {
    readonly id: string;
    readonly title: string;
    readonly score: number;
    readonly snippet: string;
  }[];
  readonly entities: readonly { readonly text: string; readonly type: string; readonly count: number }[];
  readonly anomalies: readonly {
    readonly title: string;
    readonly unit: string;
    readonly found: number;
    readonly top: readonly { readonly name: string; readonly value: number; readonly expected: number }[];
  }[];
  readonly html: string;
  readonly markdown: string;
}

const hitsShown = 3;
const namesShown = 8;

/** The answer as people read it in a terminal. Documents are foreign text: nothing of them may steer the terminal. */
export function answerLines(question: string, answer: DemoAnswer, reports: readonly string[]): string[] {
  const names = answer.entities.slice(0, namesShown).map(({ text, type }) => `${text} (${type})`);
  return [
    '',
    `Question: ${question}`,
    `${answer.matching} of ${answer.documents} documents have words of it. The best:`,
    ...answer.hits
      .slice(0, hitsShown)
      .flatMap(({ id, score, snippet }, place) => [
        `  ${place + 1}. ${id} (score ${score.toFixed(1)})`,
        `     ${snippet}`,
      ]),
    ...(names.length > 0 ? [`Names in them: ${names.join(', ')}`] : []),
    'What stands out:',
    ...answer.anomalies.map(({ title, unit, found, top }) => {
      const best = top.map(
        ({ name, value, expected }) => `${name} ${count(value)} ${unit} (usual: ${count(expected)})`,
      );
      return `  ${title}: ${found} of them${best.length > 0 ? `, as ${best.join(', ')}` : ''}`;
    }),
    ...reports.map((path) => `Report: ${path}`),
  ].map(withoutControls);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function withoutControls(line: string): string {
  return line.replace(/\p{Cc}/gu, ' ');
}
