// Creates or deletes what a file declares with topo's own modules, and times the writes alone:
// topo-phases.ts FILE. Prints what the bare ways print.
import { parseConnection } from '../src/connection/connection.ts';
import { readTopology } from '../src/file/read-topology.ts';
import { openBroker } from '../src/management/broker.ts';
import { apply } from '../src/reconcile/apply.ts';
import { noConsents } from '../src/reconcile/consents.ts';
import { mostAtOnce } from '../src/reconcile/parallel.ts';
import { fromFiles } from '../src/reconcile/source.ts';
import { noneEarlier } from '../src/reconcile/unfinished.ts';

const [file = ''] = process.argv.slice(2);
const settings = { vars: [], varFiles: [], allowEnv: [], env: {}, isFormer: false };
const desired = await readTopology([file], settings);
const broker = openBroker(parseConnection(process.env, {}));
const consents = { ...noConsents, deletes: Infinity };
const options = { endpoint: '', selection: { targets: [] }, consents, earlier: noneEarlier };
const { plan } = await fromFiles(desired, broker, options).read();
const [started, before] = [performance.now(), process.cpuUsage()];
const stop = new AbortController().signal;
const outcomes = await apply(plan, broker, { consents, parallel: mostAtOnce, stop });
const seconds = (performance.now() - started) / 1_000;
const { user, system } = process.cpuUsage(before);
const failed = outcomes.find(({ kind }) => kind !== 'succeeded');
if (failed !== undefined) throw new Error(JSON.stringify(failed));
console.error(`phases ${seconds} s, ${(user + system) / 1e6} s of processor`);
await broker.close();
