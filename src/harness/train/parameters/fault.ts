// A fault on the coordinator's side: a damaged file of the store, or a thread that ended.
import { ExpectedError } from '../../../topology/problem.ts';

export class ParameterFault extends ExpectedError {}
