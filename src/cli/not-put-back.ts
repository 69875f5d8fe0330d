import { ExpectedError } from '../topology/problem.ts';

/** An apply that was cut off took something away that can't be put back now. */
export class NotPutBack extends ExpectedError {}
