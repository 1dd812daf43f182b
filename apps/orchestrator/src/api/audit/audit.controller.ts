import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { type AuditFilter, type AuditRow, Database, readAuditPage } from '@baton/persistence';
import { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { Roles } from '../../auth/access.decorator';
import { Describe } from '../../openapi/describe.decorator';
import { readPage } from '../http/page';
import { pageQuery, parseQuery } from '../http/query';
import { csvHeader, toAuditEntry, toCsvLine, toNdjsonLine } from './audit-entry';
import { byTransaction } from './audit-order';

const auditQuery = z.strictObject({
  ...pageQuery,
  order: z.enum(['newest', 'oldest']).optional(),
  format: z.enum(['json', 'ndjson', 'csv']).default('json'),
  subject: z.string().max(50).optional(),
  subjectId: z.uuid().optional(),
  actor: z.string().max(300).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
});
const EXPORT_PAGE = 1000;
const contentTypes = { ndjson: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' } as const;

@Controller('api/audit')
@Roles('viewer')
export class AuditController {
  constructor(private readonly database: Database) {}

  @Describe({
    summary: 'Every transition and management action',
    tag: 'audit',
    description:
      'A page, newest first. With format=ndjson or csv the whole audit that fits the filter is streamed, oldest first ' +
      '(limit and cursor do not apply)',
    query: auditQuery,
    ok: { 200: 'AuditPage' },
    errors: [400],
  })
  @Get()
  async list(@Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { limit, cursor, format, order, since, until, ...rest } = parseQuery(auditQuery, query);
    const filter: AuditFilter = { ...rest, from: since, to: until };
    if (format !== 'json') return this.stream(filter, { format, order: order ?? 'oldest' }, reply);
    const { items, nextCursor } = await readPage({ limit, cursor }, byTransaction, (page) =>
      readAuditPage(this.database, filter, { order: order ?? 'newest', ...page }),
    );
    await reply.send({ items: items.map(toAuditEntry), nextCursor });
  }

  private async stream(
    filter: AuditFilter,
    { format, order }: { format: 'ndjson' | 'csv'; order: 'newest' | 'oldest' },
    reply: FastifyReply,
  ): Promise<void> {
    // The first page is read before the answer begins, so that a database that is away gives a clean error.
    const pages = this.pages(filter, order);
    const first = await pages.next();
    const lineOf = format === 'csv' ? toCsvLine : toNdjsonLine;
    const text = async function* (): AsyncGenerator<string> {
      if (format === 'csv') yield csvHeader;
      if (first.done) return;
      yield first.value.map(lineOf).join('');
      for await (const rows of pages) yield rows.map(lineOf).join('');
    };
    void reply.header('content-disposition', `attachment; filename="audit.${format}"`);
    await reply.type(contentTypes[format]).send(Readable.from(text(), { objectMode: false, highWaterMark: 65_536 }));
  }

  /** One page in memory at a time, read when the client has taken the one before. */
  private async *pages(filter: AuditFilter, order: 'newest' | 'oldest'): AsyncGenerator<AuditRow[]> {
    let after: AuditRow | undefined;
    for (;;) {
      const rows = await readAuditPage(this.database, filter, { order, limit: EXPORT_PAGE, after });
      if (rows.length > 0) yield rows;
      if (rows.length < EXPORT_PAGE) return;
      after = rows.at(-1);
    }
  }
}
