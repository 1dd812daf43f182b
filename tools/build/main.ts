import { reasonOf } from '../services';
import { ensureBuilt } from '.';

ensureBuilt((line) => console.error(line)).catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
