/** What the newest of the peers asks for. */
export const NODE_NEEDED = [22, 18] as const;

/** Whether a version such as `24.9.0` is at least that. */
export function newEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1]);
}
