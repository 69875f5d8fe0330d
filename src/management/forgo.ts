import { BrokerError } from './broker-error.ts';

/**
 * Returns undefined for a refusal: not every user may list consumers or policies, and a broker's
 * statistics may be off. Throws any other error.
 */
export function forgo(error: unknown): undefined {
  const refused = error instanceof BrokerError && [400, 401, 403, 404].includes(error.status ?? 0);
  if (!refused) throw error;
}
