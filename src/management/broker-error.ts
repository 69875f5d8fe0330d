import { ExpectedError } from '../topology/problem.ts';
import { withoutPasswords } from '../topology/veiled.ts';
import type { Proof } from './proof.ts';

export interface Failure {
  readonly method: string;
  /** Without userinfo. */
  readonly url: string;
  /** The status of the answer, if there was one. */
  readonly status?: number | undefined;
  /** The broker's own words. */
  readonly reason?: string | undefined;
  readonly proves?: Proof;
}

/**
 * The broker is out of reach, or it refused. Holds only those parts of the request that are shown.
 */
export class BrokerError extends ExpectedError {
  readonly method: string;
  readonly url: string;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  /** What the answer proves: the request may have been carried out all the same. */
  readonly proves: Proof;

  constructor(what: string, failure: Failure, hint?: string) {
    const { method, url, status, reason, proves = 'nothing' } = failure;
    super(`${method} ${url}: ${withoutPasswords(what)}`, { hint });
    this.method = method;
    this.url = url;
    this.status = status;
    this.reason = reason === undefined ? undefined : withoutPasswords(reason);
    this.proves = proves;
  }
}

/** Whether the broker itself refused: then nothing was done. */
export function isRefusal(error: unknown): error is BrokerError {
  return error instanceof BrokerError && error.proves === 'refused';
}

/** Whether the broker itself says that the object does not exist. */
export function isNotFound(error: unknown): boolean {
  return isRefusal(error) && error.status === 404;
}
