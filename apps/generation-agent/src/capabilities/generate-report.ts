import { Capability, TaskFailure } from '@baton/agent-sdk';
import { type JsonSchema, type JsonValue } from '@baton/contracts';
import { Injectable } from '@nestjs/common';
import { htmlReport } from '../html/page';
import { markdownReport } from '../markdown/document';
import { layOut } from '../report/from-data';
import { type GivenSection, sectionOf } from '../report/from-sections';
import { type Report } from '../report/report';
import { reportInput, reportOutput } from './report-schema';

type Format = 'markdown' | 'html';

interface ReportInput {
  readonly title: string;
  readonly subtitle?: string;
  readonly date?: string;
  readonly data?: JsonValue;
  readonly sections?: readonly GivenSection[];
  readonly format: Format;
}

interface ReportOutput {
  readonly content: string;
  readonly format: Format;
}

/** A message holds a mebibyte; JSON needs some of it for escapes and the envelope. */
const mostBytes = 1_000_000;

/** A report with tables, charts and sources from figures and texts; no model takes part. */
@Injectable()
export class GenerateReport extends Capability<ReportInput, ReportOutput> {
  readonly name = 'generate.report';
  readonly version = '1.0.0';
  readonly description =
    'Writes a report as a self-contained HTML page or as Markdown, from sections (text, figures, chart, list, table, data, ' +
    'sources) or from any JSON, which is laid out by its shape. All texts are plain text and are escaped.';
  readonly input: JsonSchema = reportInput;
  readonly output: JsonSchema = reportOutput;

  execute(input: ReportInput): ReportOutput {
    const report = reportOf(input);
    return { content: input.format === 'html' ? htmlReport(report) : markdownReport(report), format: input.format };
  }

  validate({ content }: ReportOutput): void {
    const bytes = Buffer.byteLength(JSON.stringify(content));
    if (bytes <= mostBytes) return;
    const message = `The report has ${bytes} bytes, more than a message holds (${mostBytes}). Give it fewer rows or sections.`;
    throw new TaskFailure('REPORT_TOO_LARGE', message, { retryable: false });
  }
}

function reportOf({ title, subtitle, date, data, sections = [] }: ReportInput): Report {
  const given = sections.map(sectionOf);
  const laid = data === undefined ? { blocks: [], sections: [] } : layOut(data);
  const overview = laid.blocks.length > 0 ? [{ title: 'Overview', blocks: laid.blocks, sections: [] }] : [];
  const at = date === undefined ? new Date() : new Date(date);
  return { title, subtitle, date: at, sections: [...given, ...overview, ...laid.sections] };
}
