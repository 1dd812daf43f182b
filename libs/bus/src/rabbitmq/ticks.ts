import { tickMs } from './silence';

const listeners = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

/** One timer for all connections of the process: there may be a thousand. It keeps no process alive. */
export function onEachTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((tell) => tell()), tickMs).unref();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
