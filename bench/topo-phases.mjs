// Creates or deletes what a file declares with topo's own modules, and times the writes alone:
// topo-phases.mjs FILE. Prints what the bare ways print.
/* global AbortController */
import { performance } from 'node:perf_hooks';
// Loaded before the writes, as by the bare way.
import 'amqplib';
import { parseConnection } from '../unbundled/connection/connection.js';
import { readTopology } from '../unbundled/file/read-topology.js';
import { openBroker } from '../unbundled/management/broker.js';
import { apply } from '../unbundled/reconcile/apply.js';
import { noConsents } from '../unbundled/reconcile/consents.js';
import { mostAtOnce } from '../unbundled/reconcile/parallel.js';
import { fromFiles } from '../unbundled/reconcile/source.js';
import { noneEarlier } from '../unbundled/reconcile/unfinished.js';

const [file] = process.argv.slice(2);
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
