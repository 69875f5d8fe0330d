// Renders an export as the text of a topology file.
import { renderYaml } from '../file/render-yaml.ts';
import type { SecretKeeper } from '../file/secret-fields.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import type { Owned } from '../topology/scope.ts';
import { wrongFlag } from './flags.ts';
import { queueTypesOf, type Exported } from './read-live.ts';
import { readVersion } from './version.ts';

export interface ExportOptions {
  /** What the file owns: everything, or these patterns. */
  readonly manage?: 'all' | readonly string[];
  /** The flags of the export, for the first line. */
  readonly flags?: string;
  readonly secrets?: SecretKeeper;
}

export function renderExport(
  objects: readonly LiveObject[],
  { live, endpoint }: Exported,
  { manage, flags = '', secrets }: ExportOptions = {},
): string {
  return renderYaml(objects, {
    vhost: mainVhost(objects, live),
    queueTypes: queueTypesOf(live),
    ...(secrets && { secrets }),
    exportedBy: `topo ${readVersion()}`,
    header: `Exported from ${endpoint} (RabbitMQ ${live.broker.version}) by topo export${flags}.`,
    ...(manage !== undefined && {
      manage: manage === 'all' ? manage : allOf(manage),
    }),
  });
}

/** A binding belongs to the file of its destination. */
const allOf = (names: readonly string[]): Owned => ({
  exchange: names,
  queue: names,
  bindings_into: names,
});

/** The only vhost of the entries; of several, one that the user may read, preferably /. */
function mainVhost(objects: readonly LiveObject[], live: Live): string {
  const held = new Set(objects.flatMap(({ vhost }) => vhost ?? []));
  const [first = '/', ...others] = held.size === 0 ? live.vhosts.keys() : held;
  return others.includes('/') ? '/' : first;
}

export function assertOneVhost({ vhosts }: Live): void {
  if (vhosts.size === 1) return;
  const [first = '/'] = vhosts.keys();
  throw wrongFlag('--manage is about one vhost', `name it: --vhost ${first}`);
}
