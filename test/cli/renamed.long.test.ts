// What renamed.broker.test.ts says of a classic queue that becomes a quorum queue, the other way.
import { describeRenamed, setUpRenames } from './renamed-queue.ts';

setUpRenames();
describeRenamed('quorum', 'classic');
