// Runs before each test file.
import { closeAtEnd } from './at-end.ts';

// Files that tests write get the expected modes, whatever the user's umask.
process.umask(0o022);
closeAtEnd();
