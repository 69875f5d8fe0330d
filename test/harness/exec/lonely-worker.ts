// Trains a task that does not end, for a test that kills this process: node --import tsx lonely-worker.ts WORKER ROOT
import { openExecHandler } from '../../../src/harness/exec/exec-handler.ts';
import { folder, task, training } from './trainer.ts';

const [worker = '', root = ''] = process.argv.slice(2);
const handler = openExecHandler({
  command: `python3 '${folder}helper_train.py'`,
  worker,
  shards: { roots: [root], allowedHosts: [], cache: root, maxBytes: 1, timeoutMs: 1 },
  environment: [],
  log: () => undefined,
});
await handler.start();
console.log('training');
await handler.train(task('t', { run: 'sleep' }), training());
