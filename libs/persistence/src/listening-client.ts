import { Client } from 'pg';

/**
 * A connection that always hears its own errors. The pool listens while it is idle, and statements fail by themselves;
 * in between, and after it was given back broken, an error that nobody hears would end the process.
 */
export class ListeningClient extends Client {
  constructor(...config: ConstructorParameters<typeof Client>) {
    super(...config);
    this.on('error', () => undefined);
  }
}
