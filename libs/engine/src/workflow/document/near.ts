/** The word of the list that `word` was most likely meant to be; undefined when none is like it. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const most = word.length < 3 ? 0 : word.length < 5 ? 1 : 2;
  let found: { word: string; distance: number } | undefined;
  for (const other of known) {
    if (Math.abs(other.length - word.length) > most) continue;
    const distance = editsBetween(word.toLowerCase(), other.toLowerCase());
    if (distance <= most && (!found || distance < found.distance)) found = { word: other, distance };
  }
  return found?.word;
}

/** Letters put in, left out, changed, or swapped with their neighbour. */
function editsBetween(one: string, other: string): number {
  let [before, last]: [number[], number[]] = [[], [...Array(other.length + 1).keys()]];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = at(last, j - 1) + Number(one[i - 1] !== other[j - 1]);
      row[j] = Math.min(change, at(last, j) + 1, at(row, j - 1) + 1);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (swapped) row[j] = Math.min(at(row, j), at(before, j - 2) + 1);
    }
    [before, last] = [last, row];
  }
  return at(last, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
