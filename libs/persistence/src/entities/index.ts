import { AgentEntity } from './agent.entity';
import { AgentMetricsEntity } from './agent-metrics.entity';
import { AuditEntity } from './audit.entity';
import { BreakerEntity } from './breaker.entity';
import { CapabilityEntity } from './capability.entity';
import { ChannelEntity, ChannelMemberEntity } from './channel.entity';
import { DeadLetterEntity } from './dead-letter.entity';
import { LeaseEntity } from './lease.entity';
import { MailboxEntity, MailboxLeftoverEntity } from './mailbox.entity';
import { RefreshTokenEntity } from './refresh-token.entity';
import { SigningKeyEntity } from './signing-key.entity';
import { TaskEntity } from './task.entity';
import { UserEntity } from './user.entity';
import { WebhookDeliveryEntity, WebhookEntity } from './webhook.entity';
import {
  WorkflowDefinitionEntity,
  WorkflowEntity,
  WorkflowInboxEntity,
  WorkflowKeyEntity,
  WorkflowStepEntity,
} from './workflow.entity';

/** Listed one by one: bundled applications find no globs. */
export const entities: (new () => object)[] = [
  AgentEntity,
  AgentMetricsEntity,
  AuditEntity,
  BreakerEntity,
  CapabilityEntity,
  ChannelEntity,
  ChannelMemberEntity,
  DeadLetterEntity,
  LeaseEntity,
  MailboxEntity,
  MailboxLeftoverEntity,
  RefreshTokenEntity,
  SigningKeyEntity,
  TaskEntity,
  UserEntity,
  WebhookDeliveryEntity,
  WebhookEntity,
  WorkflowDefinitionEntity,
  WorkflowEntity,
  WorkflowInboxEntity,
  WorkflowKeyEntity,
  WorkflowStepEntity,
];
