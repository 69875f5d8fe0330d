// Sends the GETs of a snapshot of one vhost in parallel, reads the bodies as text, and nothing
// else: raw-gets.mjs VHOST
import { readSnapshot } from './raw-snapshot.mjs';

await readSnapshot(process.argv[2]);
