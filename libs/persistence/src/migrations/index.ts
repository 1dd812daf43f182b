import { Foundation1700000000001 } from './0001-foundation';
import { Messages1700000000002 } from './0002-messages';
import { Workflows1700000000003 } from './0003-workflows';
import { Webhooks1700000000004 } from './0004-webhooks';

/** In order. Forward only; never edited once released. */
export const migrations = [
  Foundation1700000000001,
  Messages1700000000002,
  Workflows1700000000003,
  Webhooks1700000000004,
];
