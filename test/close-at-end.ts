// Set up for each test file: at-end.ts.
import { closeAtEnd } from './at-end.ts';

closeAtEnd();
