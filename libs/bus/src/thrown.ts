import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands what a bus handler threw to the transport as it is. Nest's own filter would log the whole stack at every
 * attempt and put `Internal server error` in its place, which tells an operator nothing.
 */
@Catch()
export class ThrownAsItIs implements RpcExceptionFilter<unknown> {
  catch(thrown: unknown): Observable<never> {
    return throwError(() => thrown);
  }
}
