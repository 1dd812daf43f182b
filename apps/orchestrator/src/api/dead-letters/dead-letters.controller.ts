import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { NotFoundError } from '@baton/contracts';
import {
  Database,
  getDeadLetter,
  listDeadLetters,
  purgeDeadLetters,
  purgeDeadLettersBy,
  readHistory,
} from '@baton/persistence';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { DeadLetterMetrics } from '../../dead-letters/dead-letter-metrics';
import { type ReplayedLetter, Replayer } from '../../dead-letters/replayer';
import { Describe } from '../../openapi/describe.decorator';
import { KnownIdPipe } from '../http/known-id.pipe';
import { byId, type Page, readPage } from '../http/page';
import { parseQuery } from '../http/query';
import { listQuery, readPurge, readReplay, readReplayMany } from './dead-letter-bodies';
import { type DeadLetterSummary, type DeadLetterView, toSummary, toView } from './dead-letter-view';

const tag = 'dead-letters';
const PURGED_AT_ONCE = 1000;
/** Entries about one letter that are shown. */
const HISTORY = 100;
const Id = () => Param('id', new KnownIdPipe('DEAD_LETTER_NOT_FOUND', 'Dead letter'));

/** Messages that were refused on the wire: why, and what to do with them. */
@Controller('api/dead-letters')
@Roles('viewer')
export class DeadLettersController {
  constructor(
    private readonly database: Database,
    private readonly replayer: Replayer,
    private readonly metrics: DeadLetterMetrics,
  ) {}

  @Describe({
    summary: 'List dead letters, newest first',
    tag,
    query: listQuery,
    ok: { 200: 'DeadLetterPage' },
    errors: [400],
  })
  @Get()
  async list(@Query() query: unknown): Promise<Page<DeadLetterSummary>> {
    const { limit, cursor, replayed, ...rest } = parseQuery(listQuery, query);
    const filter = { ...rest, replayed: replayed === undefined ? undefined : replayed === 'true' };
    const { items, nextCursor } = await readPage({ limit, cursor }, byId, ({ limit, after }) =>
      listDeadLetters(this.database, filter, { limit, before: after }),
    );
    return { items: items.map(toSummary), nextCursor };
  }

  @Describe({
    summary: 'A dead letter with its content, headers and replays',
    tag,
    ok: { 200: 'DeadLetter' },
    errors: [404],
  })
  @Get(':id')
  async get(@Id() id: string): Promise<DeadLetterView> {
    const letter = await getDeadLetter(this.database, id);
    if (!letter) throw new NotFoundError('DEAD_LETTER_NOT_FOUND', `Dead letter ${id}`);
    return toView(letter, await readHistory(this.database, 'dead-letter', id, HISTORY));
  }

  @Describe({
    summary: 'Send many dead letters again, the oldest first',
    description:
      'Answers what became of each. Those that were not sent stay as they are; with nextCursor in `cursor` the next ' +
      'call goes on behind them. It ends after 20 s with what it has done',
    tag,
    body: 'DeadLetterReplayMany',
    ok: { 200: 'DeadLetterReplays' },
    errors: [400],
  })
  @Post('replay')
  @Roles('operator')
  @HttpCode(200)
  async replayMany(@Body() body: unknown, @Req() request: SignedInRequest) {
    const { selection, to } = readReplayMany(body);
    const { items, left, last } = await this.replayer.replayMany(selection, to, actorOf(request.principal));
    const full = 'ids' in selection ? left > 0 : left > 0 || items.length === selection.limit;
    return { outcomes: countsOf(items), items, nextCursor: full && last ? byId.cursorOf({ id: last }) : null };
  }

  @Describe({
    summary: 'Delete many dead letters for good, the oldest first',
    tag,
    body: 'DeadLetterPurge',
    ok: { 200: 'DeadLettersPurged' },
    errors: [400],
  })
  @Post('purge')
  @Roles('operator')
  @HttpCode(200)
  async purge(@Body() body: unknown, @Req() request: SignedInRequest): Promise<{ purged: number; more: boolean }> {
    const { ids, filter = {}, limit = PURGED_AT_ONCE } = readPurge(body);
    const actor = actorOf(request.principal);
    const purged = await this.database.transaction(async (sql) =>
      ids ? (await purgeDeadLetters(sql, ids, actor)).length : purgeDeadLettersBy(sql, filter, limit, actor),
    );
    this.metrics.deleted('purged', purged);
    return { purged, more: ids === undefined && purged === limit };
  }

  @Describe({
    summary: 'Send a dead letter again',
    description:
      'To the queue it was refused from and nowhere else, or to another place. Its event gets the id `<id>.replay-<n>`, ' +
      'so that recipients handle it. The broker has it when this answers; the letter stays, with the replay recorded',
    tag,
    body: 'DeadLetterReplay',
    bodyOptional: true,
    ok: { 200: 'DeadLetterReplayed' },
    errors: [400, 404, 409, 429, 502],
  })
  @Post(':id/replay')
  @Roles('operator')
  @HttpCode(200)
  replay(@Id() id: string, @Body() body: unknown, @Req() request: SignedInRequest): Promise<ReplayedLetter> {
    return this.replayer.replay(id, readReplay(body ?? {}).to, actorOf(request.principal));
  }

  @Describe({ summary: 'Delete a dead letter for good', tag, ok: { 204: undefined }, errors: [404] })
  @Delete(':id')
  @Roles('operator')
  @HttpCode(204)
  async remove(@Id() id: string, @Req() request: SignedInRequest): Promise<void> {
    const actor = actorOf(request.principal);
    const [gone] = await this.database.transaction((sql) => purgeDeadLetters(sql, [id], actor));
    if (gone === undefined) throw new NotFoundError('DEAD_LETTER_NOT_FOUND', `Dead letter ${id}`);
    this.metrics.deleted('purged', 1);
  }
}

function countsOf(items: readonly ReplayedLetter[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of items) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
