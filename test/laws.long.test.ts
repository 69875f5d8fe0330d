// Runs the core tests that use a few random worlds and long files with many and longer ones.
import './amqp/field-table.test.ts';
import './file/hostile.test.ts';
import './file/merge.test.ts';
import './file/quick-entries.test.ts';
import './file/render.test.ts';
import './file/render-topology.test.ts';
import './file/retype-queues.test.ts';
import './harness/dead/letter.test.ts';
import './harness/messaging/carry.test.ts';
import './harness/train/core/closing-laws.test.ts';
import './harness/train/parameters/parameters.test.ts';
import './harness/train/core/reducer-chaos.test.ts';
import './import/fold.test.ts';
import './reconcile/laws.test.ts';
