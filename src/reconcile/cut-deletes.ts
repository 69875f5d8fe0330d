// Finds exchanges that can't be declared, because RabbitMQ takes their delete for unfinished: it
// answers a declaration with success, and ignores it. 3.10 to 4.3 do so for good after an HTTP
// connection was cut amid the delete.
import { addressOfNamed } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { deleteInProgress } from '../topology/kinds/parameter.ts';
import type { Live } from '../topology/live.ts';
import type { Exchange } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { quote, shellWord } from '../topology/quote.ts';

/** Warns of declared ones; only who may read parameters can know. */
export function warnOfCutDeletes({ objects }: Desired, live: Live): Problem[] {
  return [...live.objects.values()].flatMap((mark) => {
    if (mark.kind !== 'parameter' || mark.component !== deleteInProgress) return [];
    const address = addressOfNamed('exchange', mark.vhost, mark.name);
    const declared = objects.get(address);
    if (declared === undefined || live.objects.has(address)) return [];
    return {
      code: 'cut-delete',
      message: `exchange ${quote(mark.name)} can't be declared: RabbitMQ still deletes it, or its delete was cut off`,
      hint: `if it stays so: ${endOfDelete(mark)}, then topo apply`,
      at: declared.at,
    };
  });
}

/** The command that lets it be declared again. */
export const endOfDelete = ({ vhost, name }: Pick<Exchange, 'vhost' | 'name'>): string =>
  `rabbitmqctl clear_parameter -p ${shellWord(vhost)} ${deleteInProgress} ${shellWord(name)}`;
