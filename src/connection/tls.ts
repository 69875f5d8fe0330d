// What TLS needs, for AMQP and HTTP alike.
import type { SecureContextOptions } from 'node:tls';
import type { Secret } from '../topology/secret.ts';

export interface TlsMaterial {
  /** The certificates of the authorities to trust, PEM; the system's own if there is none. */
  readonly ca: string | undefined;
  /** The client's own certificate and key, PEM. */
  readonly cert: string | undefined;
  readonly key: Secret | undefined;
  /** Accept any certificate. */
  readonly insecure: boolean;
}

export function renderTlsOptions({
  ca,
  cert,
  key,
  insecure,
}: TlsMaterial): SecureContextOptions & { rejectUnauthorized: boolean } {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key: key.reveal() }),
    rejectUnauthorized: !insecure,
  };
}
