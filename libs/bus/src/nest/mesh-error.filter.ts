import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import { MeshError } from '@baton/contracts';

/** Lets our errors through to the bus with their code; without it Nest turns them into "Internal server error". */
@Catch(MeshError)
export class MeshErrorFilter implements RpcExceptionFilter<MeshError> {
  catch(error: MeshError): Observable<never> {
    return throwError(() => error);
  }
}
