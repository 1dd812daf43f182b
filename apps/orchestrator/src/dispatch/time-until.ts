import { type Desk } from './desk';

/** Milliseconds until a time the database knows, by its own clock; below 0 when it is over. */
export function msUntil({ database }: Pick<Desk, 'database'>, time: Date): number {
  return time.getTime() - database.now().getTime();
}
