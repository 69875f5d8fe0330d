// The port for how parameters travel between the coordinator and its workers. To add a way, write a
// file like shared.ts and add a row in stores.ts.
import type { Trained } from '../../handler.ts';
import type { Location as ResultLocation } from '../../messaging/result.generated.ts';
import type { ParametersLocation, Task } from '../../messaging/task.generated.ts';
import type { Downloaded } from '../shard/download.ts';
import type { FileBelowRoots } from '../shard/local-file.ts';
import type { ShardSettings } from '../shard/settings.ts';

export interface Store extends OfCoordinator, OfWorker {}

interface OfCoordinator {
  /** How many results may wait, unacked, for their turn. */
  readonly prefetch: number;
  /** Workers read the coordinator's files: the run has to lie below its first root. */
  readonly sharesFolder: boolean;
  /** What a task says of where its parameters are. `root`: the coordinator's first. */
  locationOf(model: Model, models: Models, root: string): Promise<ParametersLocation>;
  /**
   * What a task says of how its result comes back. `folder`: made for it; undefined if nothing
   * comes back.
   */
  wayBack(folder: string | undefined): Pick<Task, 'results' | 'return_parameters'>;
  /** Where to read the parameters that a result names. */
  sourceOf(location: ResultLocation, roots: readonly string[]): Source;
}

interface OfWorker {
  /** What a task says in return_parameters for its result to come back this way. */
  readonly returns: NonNullable<Task['return_parameters']>;
  /** Whether a location is of this store. */
  has(location: ParametersLocation): boolean;
  /** Makes parameters a file of this machine. Throws TrainingError. */
  open(
    location: ParametersLocation,
    settings: ShardSettings,
    signal: AbortSignal,
  ): Promise<Downloaded>;
  /**
   * Makes an empty folder for one training; undefined if there is none to be had. Throws
   * TrainingError.
   */
  makeFolder(
    task: Pick<Task, 'results'>,
    settings: Pick<ShardSettings, 'roots' | 'cache'>,
  ): Promise<ResultsFolder | undefined>;
  /** What a result says of the file that the trainer made. Throws TrainingError. */
  giveBack(
    made: MadeFile,
    task: Pick<Task, 'results'>,
    signal: AbortSignal,
  ): Promise<ResultLocation>;
  /** The same if the trainer names no file, but a URI elsewhere. */
  giveBackElsewhere(trained: Trained, uri: string): Trained;
}

/** A model of the coordinator, by its hash. */
interface Model {
  readonly sha256: string;
}

/** The coordinator's models. */
interface Models {
  pathOf(model: Model): string;
  get(model: Model): Promise<Buffer>;
}

/** Plain data, for another thread. */
export type Source =
  /** A file that this process has the path of. */
  | { readonly kind: 'file'; readonly path: string }
  /** What a worker names: it has to lie below a root. */
  | { readonly kind: 'named'; readonly uri: string; readonly roots: readonly string[] }
  /** The bytes themselves; `name`: for errors. */
  | { readonly kind: 'base64'; readonly text: string; readonly name: string };

interface MadeFile extends FileBelowRoots {
  /** As the trainer named it. */
  readonly named: string;
  /** That the trainer gave. */
  readonly sha256: string | undefined;
}

export interface ResultsFolder {
  /** Absolute, without a symlink in it. */
  readonly path: string;
  /** `named`: the real path of the file that the result names, if it names one. */
  readonly close: (named: string | undefined) => Promise<void>;
}
