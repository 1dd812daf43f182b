/** Names that share the family or the verb, at most three; among equals those that begin alike first. */
export function nearest(capability: string, names: readonly string[]): string[] {
  const [family, verb] = [capability.split('.')[0], capability.split('.').at(-1)];
  const score = (name: string): number =>
    Number(name.split('.')[0] === family) + Number(name.split('.').at(-1) === verb) * 2;
  return names
    .filter((name) => score(name) > 0)
    .sort((a, b) => score(b) - score(a) || alike(b, capability) - alike(a, capability) || a.localeCompare(b))
    .slice(0, 3);
}

/** How many characters two names begin with in common. */
function alike(one: string, other: string): number {
  const differs = [...one].findIndex((character, index) => character !== other[index]);
  return differs < 0 ? one.length : differs;
}
