import { type FaultKind } from '../schedule/fault-kinds';
import { type PlannedFault } from '../schedule/plan-faults';
import { type Listeners } from '../stage/listeners';
import { type Stage } from '../stage/stage';

/** What is measured: the time from something that happened until work goes on. */
export type Measure =
  | 'agent killed'
  | 'agent silent'
  | 'brain killed'
  | 'brain frozen'
  | 'brain cut off from the database'
  | 'brain cut off from the broker'
  | 'broker up again'
  | 'database up again'
  | 'webhook receiver up again'
  | 'webhook beside one that fails';

/** Noted while the fault is on, evaluated from the audit, or by what receivers took, when all is over. */
export type Mark =
  | { readonly measure: Measure; readonly what: 'moved'; readonly agentId: string; readonly at: Date }
  | {
      readonly measure: Measure;
      readonly what: 'dispatch';
      readonly at: Date;
      /** Dispatches before this moment are not due to the recovery. */
      readonly notBefore: Date;
    }
  | { readonly measure: Measure; readonly what: 'taken'; readonly at: Date }
  | { readonly measure: Measure; readonly what: 'lags'; readonly from: Date; readonly to: Date };

/** What a fault may use of the load: more of it at once, so that its victim has its hands full. */
interface LoadHandle {
  burst(count: number): void;
}

export interface Scene {
  readonly stage: Stage;
  readonly load: LoadHandle;
  readonly listeners: Listeners;
  /** Says what happens, for the one who watches. */
  readonly tell: (line: string) => void;
  /** Something went wrong that no later check would see. */
  readonly problem: (text: string) => void;
}

/** One kind of fault. Adding one: its kind and timing in schedule/fault-kinds.ts, a file here, a line in index.ts. */
export interface Fault {
  readonly kind: FaultKind;
  /** Why this stage does not allow it; undefined: it does. */
  hindrance?(stage: Stage): string | undefined;
  /** Does the damage and heals it again; resolves when it is over. */
  inflict(scene: Scene, planned: PlannedFault): Promise<Mark[]>;
}
