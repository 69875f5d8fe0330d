import { ExpectedError } from '../topology/problem.ts';

export interface Failure {
  readonly method: string;
  /** Without userinfo. */
  readonly url: string;
  /** The status of the answer, where there was one. */
  readonly status?: number | undefined;
  /** The broker's own words. */
  readonly reason?: string | undefined;
}

/** The broker is out of reach, or it refused. Holds nothing of the request but what is shown. */
export class BrokerError extends ExpectedError {
  readonly method: string;
  readonly url: string;
  readonly status: number | undefined;
  readonly reason: string | undefined;

  constructor(what: string, { method, url, status, reason }: Failure, hint?: string) {
    super(`${method} ${url}: ${what}`, { hint });
    this.method = method;
    this.url = url;
    this.status = status;
    this.reason = reason;
  }
}
