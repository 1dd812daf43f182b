import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { NotFoundError, StateConflictError } from '@baton/contracts';
import {
  Database,
  deleteWebhook,
  enableWebhook,
  getWebhook,
  insertWebhook,
  listDeliveries,
  listWebhooks,
  redeliver,
  type WebhookRow,
} from '@baton/persistence';
import { v7 as uuidV7 } from 'uuid';
import { Roles } from '../../auth/access.decorator';
import { actorOf, type SignedInRequest } from '../../auth/principal';
import { type OrchestratorConfig } from '../../config';
import { EventFeed } from '../../events/event-feed';
import { Describe } from '../../openapi/describe.decorator';
import { CONFIG } from '../../tokens';
import { Courier } from '../../webhooks/courier';
import { newSecret } from '../../webhooks/signature';
import { KnownIdPipe } from '../http/known-id.pipe';
import { byId, type Page, readPage } from '../http/page';
import { parseQuery } from '../http/query';
import { deliveriesQuery, readWebhook } from './webhook-bodies';
import { type DeliveryView, toDelivery, toWebhook, type WebhookView } from './webhook-view';

const tag = 'webhooks';
const MAX_WEBHOOKS = 100;
const Id = () => Param('id', new KnownIdPipe('WEBHOOK_NOT_FOUND', 'Webhook'));

/** Who is told of events over HTTP. URLs may hold secrets, so that viewers do not see them. */
@Controller('api/webhooks')
@Roles('operator')
export class WebhooksController {
  constructor(
    private readonly database: Database,
    private readonly feed: EventFeed,
    private readonly courier: Courier,
    @Inject(CONFIG) private readonly config: OrchestratorConfig,
  ) {}

  @Describe({
    summary: 'Have events sent to a URL, signed',
    description:
      'Every event from now on that fits is sent to the URL by POST, signed by the Standard Webhooks scheme, at least ' +
      'once and in no certain order. `secret` is shown in this answer only',
    tag,
    body: 'WebhookCreate',
    ok: { 201: 'WebhookCreated' },
    errors: [400, 409],
  })
  @Post()
  async create(@Body() body: unknown, @Req() request: SignedInRequest): Promise<WebhookView & { secret: string }> {
    const webhook = readWebhook(body, this.config.WEBHOOK_ALLOW_PRIVATE);
    const given = { id: uuidV7(), secret: newSecret(), createdBy: actorOf(request.principal) };
    const position = await this.feed.end();
    const row = await this.database.transaction((sql) =>
      insertWebhook(sql, { ...webhook, ...given, position }, MAX_WEBHOOKS),
    );
    if (!row)
      throw new StateConflictError(`There are ${MAX_WEBHOOKS} webhooks already: delete one that is not needed.`);
    return { ...toWebhook(row), secret: given.secret };
  }

  @Describe({ summary: 'List webhooks, oldest first', tag, ok: { 200: 'WebhookList' } })
  @Get()
  async list(): Promise<{ items: WebhookView[]; nextCursor: null }> {
    return { items: (await listWebhooks(this.database)).map(toWebhook), nextCursor: null };
  }

  @Describe({ summary: 'One webhook', tag, ok: { 200: 'Webhook' }, errors: [404] })
  @Get(':id')
  async get(@Id() id: string): Promise<WebhookView> {
    return toWebhook(await this.find(id));
  }

  @Describe({ summary: 'Delete a webhook with its deliveries', tag, ok: { 204: undefined }, errors: [404] })
  @Delete(':id')
  @HttpCode(204)
  async delete(@Id() id: string, @Req() request: SignedInRequest): Promise<void> {
    const actor = actorOf(request.principal);
    if (!(await this.database.transaction((sql) => deleteWebhook(sql, id, actor)))) throw notFound(id);
  }

  @Describe({
    summary: 'Send to a disabled webhook again',
    description: 'What happened while it was disabled is not sent. Idempotent',
    tag,
    ok: { 200: 'Webhook' },
    errors: [404],
  })
  @Post(':id/enable')
  @HttpCode(200)
  async enable(@Id() id: string, @Req() request: SignedInRequest): Promise<WebhookView> {
    const position = await this.feed.end();
    const actor = actorOf(request.principal);
    const row = await this.database.transaction((sql) => enableWebhook(sql, id, position, actor));
    if (!row) throw notFound(id);
    return toWebhook(row);
  }

  @Describe({
    summary: 'What a webhook was sent, and what waits for it, newest first',
    description: 'Those that are over are kept for seven days',
    tag,
    query: deliveriesQuery,
    ok: { 200: 'WebhookDeliveryPage' },
    errors: [400, 404],
  })
  @Get(':id/deliveries')
  async deliveries(@Id() id: string, @Query() query: unknown): Promise<Page<DeliveryView>> {
    const { limit, cursor, state } = parseQuery(deliveriesQuery, query);
    await this.find(id);
    const { items, nextCursor } = await readPage({ limit, cursor }, byId, ({ limit, after }) =>
      listDeliveries(this.database, id, { limit, state, before: after }),
    );
    return { items: items.map(toDelivery), nextCursor };
  }

  @Describe({
    summary: 'Send a delivery again, whatever became of it',
    tag,
    ok: { 202: undefined },
    errors: [404, 409],
  })
  @Post(':id/deliveries/:delivery/redeliver')
  @HttpCode(202)
  async redeliver(
    @Id() id: string,
    @Param('delivery', new KnownIdPipe('WEBHOOK_NOT_FOUND', 'Delivery')) delivery: string,
    @Req() request: SignedInRequest,
  ): Promise<void> {
    const { disabledAt } = await this.find(id);
    if (disabledAt) throw new StateConflictError(`Webhook ${id} is disabled: enable it first.`);
    const actor = actorOf(request.principal);
    if (!(await this.database.transaction((sql) => redeliver(sql, id, delivery, actor)))) {
      throw new NotFoundError('WEBHOOK_NOT_FOUND', `Delivery ${delivery} of webhook ${id}`);
    }
    this.courier.wake();
  }

  private async find(id: string): Promise<WebhookRow> {
    const row = await getWebhook(this.database, id);
    if (!row) throw notFound(id);
    return row;
  }
}

function notFound(id: string): NotFoundError {
  return new NotFoundError('WEBHOOK_NOT_FOUND', `Webhook ${id}`);
}
