/** Listed one by one: bundled applications find no globs. */
export const entities: (new () => object)[] = [];
