import { numbersInto } from '../../../libs/bus/test/messaging-fixture';
import { type MessageHandler } from '@baton/bus';

/** Numbered messages as they come, and the longest time without one. */
export class Arrivals {
  readonly numbers: number[] = [];
  readonly handler: MessageHandler;
  private lastAt = performance.now();
  private longestGap = 0;

  constructor() {
    const into = numbersInto(this.numbers);
    this.handler = {
      ...into,
      handle: (message) => {
        this.longestGap = Math.max(this.longestGap, performance.now() - this.lastAt);
        this.lastAt = performance.now();
        return into.handle(message);
      },
    };
  }

  /** The longest time without one since this was last asked. */
  takeLongestGap(): number {
    const gap = Math.round(this.longestGap);
    this.longestGap = 0;
    return gap;
  }

  /** What is wrong with them if `sent` were sent, numbered from 0: out of order is told with what came there. */
  faults(sent: number): { lost: number; twice: number; firstOutOfOrder: readonly number[] | undefined } {
    const { numbers } = this;
    const different = new Set(numbers).size;
    const wrong = numbers.findIndex((n, index) => n !== index);
    const firstOutOfOrder = wrong < 0 ? undefined : numbers.slice(Math.max(wrong - 2, 0), wrong + 8);
    return { lost: sent - different, twice: numbers.length - different, firstOutOfOrder };
  }
}
