import { Foundation1700000000001 } from './0001-foundation';

/** In order. Forward only; never edited once released. */
export const migrations = [Foundation1700000000001];
