// All work on parameters: each is one call with files and plain data, so that another thread can do
// it.
import type { Stored } from '../model/unit.ts';
import { mean, type Mean, type MeanOrder } from './mean.ts';
import { take, type TakeOrder } from './take.ts';

export interface ParameterWork {
  take(order: TakeOrder): Promise<Stored>;
  mean(order: MeanOrder): Promise<Mean>;
}

/** In the thread that calls. */
export const inThisThread: ParameterWork = { take, mean };
