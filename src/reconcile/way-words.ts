// Words for the onward way of messages.
import type { Exchange, Queue } from '../topology/object.ts';
import type { Way } from '../topology/onward.ts';

/** Such as `queue "orders": its x-dead-letter-exchange "letters"`. */
export function inFull({ kind, name }: Exchange | Queue, { argument, exchange, policy }: Way) {
  const by = policy === undefined ? '' : ` (policy ${policy})`;
  return `${kind} "${name}": its ${argument} "${exchange}"${by}`;
}

/** The default exchange's name doesn't say where it leads. */
export const leadOf = (way: Way): string =>
  way.kind === 'queue' ? ` leads to queue "${way.name}", which` : '';

/** Such as `queue orders (x-dead-letter-exchange)`. */
export function inShort({ kind, name }: Exchange | Queue, { argument, policy }: Way): string {
  return `${kind} ${name} (${argument}${policy === undefined ? '' : ` of policy ${policy}`})`;
}
