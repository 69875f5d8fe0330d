// Takes results, and ends itself where RESULTS_SETTINGS says: before or after a batch is on the
// disk.
import { Secret } from '../../../unbundled/topology/secret.js';
import { collect } from '../../../unbundled/harness/results/collect.js';
import { openResultsFile } from '../../../unbundled/harness/results/results-file.js';

const { target, vhost, output, format, when, batch } = JSON.parse(process.env.RESULTS_SETTINGS);
const file = await openResultsFile(output, format, undefined);
let batches = 0;
const die = (at) => {
  if (at === when && batches === batch) process.kill(process.pid, 'SIGKILL');
};
const sink = {
  most: 10,
  has: (id) => file.has(id),
  close: () => file.close(),
  add: async (rows) => {
    batches++;
    die('before');
    await file.add(rows);
    die('after');
  },
};
const link = {
  target: { ...target, password: new Secret(target.password) },
  ...{ vhost, name: 'results', timeout: 10_000, heartbeat: 5 },
};
const { signal: stop } = new globalThis.AbortController();
await collect({ link, results: 'results', limit: 20, sink, isTaking: true, stop });
