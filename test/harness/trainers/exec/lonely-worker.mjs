// Trains a task that does not end, for a test that kills this process: node lonely-worker.mjs
// WORKER ROOT COMMAND
import { openExecHandler } from '../../../../unbundled/harness/trainers/exec/exec-handler.js';

const [worker, root, command] = process.argv.slice(2);
const handler = openExecHandler({
  command,
  worker,
  shards: { roots: [root], allowedHosts: [], cache: root, maxBytes: 1, timeoutMs: 1 },
  environment: [],
  log: () => undefined,
});
await handler.start();
console.log('training');
const training = {
  attempt: 1,
  signal: new globalThis.AbortController().signal,
  onProgress: () => undefined,
  starting: (start) => start(),
};
await handler.train({ version: 1, id: 't', run: 'sleep' }, training);
