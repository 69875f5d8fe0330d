import { ExpectedError } from '../topology/problem.ts';

/** An interrupted apply took something away that can't be put back now. */
export class NotPutBack extends ExpectedError {}
