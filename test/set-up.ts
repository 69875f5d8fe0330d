// For each test file.
import { closeAtEnd } from './at-end.ts';

// What tests write has the modes that they expect, whoever runs them.
process.umask(0o022);
closeAtEnd();
