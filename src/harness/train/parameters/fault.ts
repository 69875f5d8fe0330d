// What can't be done with parameters here, whoever gave them: a file of the store is damaged, or a thread is lost.
import { ExpectedError } from '../../../topology/problem.ts';

export class ParameterFault extends ExpectedError {}
