/** Milliseconds since 1970 as the clock was when the process began; a wall clock that jumps later ends no attempt. */
export function steadyNow(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
