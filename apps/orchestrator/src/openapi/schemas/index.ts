import { type JsonObject } from '@baton/contracts';
import { channelSchemas } from './channel-schemas';
import { deadLetterSchemas } from './dead-letter-schemas';
import { documentSchemas } from './document-schemas';
import { generalSchemas } from './general-schemas';
import { insightSchemas } from './insight-schemas';
import { meshSchemas } from './mesh-schemas';
import { messageSchemas } from './message-schemas';
import { taskSchemas } from './task-schemas';
import { webhookSchemas } from './webhook-schemas';
import { workflowSchemas } from './workflow-schemas';

const all = {
  ...generalSchemas,
  ...taskSchemas,
  ...documentSchemas,
  ...workflowSchemas,
  ...insightSchemas,
  ...meshSchemas,
  ...messageSchemas,
  ...channelSchemas,
  ...deadLetterSchemas,
  ...webhookSchemas,
};

/** Names of the schemas routes refer to. */
export type SchemaName = keyof typeof all;

export const componentSchemas: Readonly<Record<SchemaName, JsonObject>> = all;
