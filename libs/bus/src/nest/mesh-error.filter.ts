import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';

/**
 * Lets errors through to the bus as they are: ours with their code, others for the log and the dead letters. Without it
 * Nest turns them into "Internal server error". Whoever asked is told no more than that of an error that is not ours.
 */
@Catch()
export class MeshErrorFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => (error instanceof RpcException ? error.getError() : error));
  }
}
