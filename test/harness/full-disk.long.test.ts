// The sizes of full-disk.broker.test.ts, page by page.
import { testEachSize } from './full-disk-sizes.ts';

testEachSize(1, { timeout: 300_000, meta: { slow: 'a command, or two, for each size' } });
