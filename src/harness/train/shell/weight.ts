// What a result weighs in the mean of a round, as the job says.
import type { Job } from '../job/job.generated.ts';
import type { Accepted } from '../model/records.ts';

export type Weight = Job['weight'];

export const weightOf = ({ samples }: Pick<Accepted, 'samples'>, weight: Weight): number =>
  weight === 'equal' ? 1 : samples;
