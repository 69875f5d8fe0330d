// Runs the core tests that use a few random worlds and long files with many and longer ones.
import './file/hostile.test.ts';
import './file/merge.test.ts';
import './file/render.test.ts';
import './harness/train/core/closing-laws.test.ts';
import './harness/train/parameters/parameters.test.ts';
import './harness/train/core/reducer-chaos.test.ts';
import './reconcile/laws.test.ts';
