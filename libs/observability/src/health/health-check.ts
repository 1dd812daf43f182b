/** Something a process depends on. `check` resolves with facts worth showing, or throws with what is wrong. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<Readonly<Record<string, unknown>> | void>;
}

/** A check that takes longer counts as down. */
const CHECK_TIMEOUT_MS = 3000;

/** The facts of a check, or an error, within the time limit. */
export async function runCheck(check: HealthCheck): Promise<Readonly<Record<string, unknown>>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new Error(`gave no answer within ${CHECK_TIMEOUT_MS} ms`));
    timer = setTimeout(fail, CHECK_TIMEOUT_MS);
  });
  try {
    return (await Promise.race([check.check(), late])) ?? {};
  } finally {
    clearTimeout(timer);
  }
}
