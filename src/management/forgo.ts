import { BrokerError } from './broker-error.ts';

/** Not every user may list consumers or policies, and a broker may have its statistics off. Throws what is no such refusal. */
export function forgo(error: unknown): undefined {
  const refused = error instanceof BrokerError && [400, 401, 403, 404].includes(error.status ?? 0);
  if (!refused) throw error;
}
