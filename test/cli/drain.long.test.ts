// What drain.broker.test.ts says of a quorum queue, of a classic one.
import { describeDrained, setUpDrains } from './drained-queue.ts';

setUpDrains();
describeDrained('classic');
