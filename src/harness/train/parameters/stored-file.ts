// A file of the store, named after its hash.
import { open, type FileHandle } from 'node:fs/promises';
import { bytesOfFile } from './bytes.ts';
import { ParameterFault } from './fault.ts';
import { hashingHere, type Hashing } from './hashing.ts';
import { ModelFile } from './model-file.ts';

export interface StoredFile {
  readonly path: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Files that are open together. */
export class OpenFiles {
  readonly #handles: FileHandle[] = [];
  readonly #hashing: Hashing;

  constructor(hashing: Hashing = hashingHere) {
    this.#hashing = hashing;
  }

  /**
   * `like`: one that may have the same header. Throws ParameterFault if it is missing, or damaged
   * so that it is no model any more.
   */
  async open(path: string, like?: ModelFile): Promise<ModelFile> {
    const handle = await open(path).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    this.#handles.push(handle);
    const bytes = await bytesOfFile(handle, path);
    return ModelFile.open(bytes, this.#hashing, like).catch((cause: unknown) => {
      throw damaged(path, cause);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.close()));
  }
}

const hint = 'put it back from a copy; without one, --resume names the round to go back to';

export const unreadable = (path: string, cause: unknown): ParameterFault =>
  new ParameterFault(`${path} can't be read: ${(cause as NodeJS.ErrnoException).code ?? ''}`, {
    hint,
    cause,
  });

export const damaged = (path: string, cause?: unknown): ParameterFault =>
  new ParameterFault(`${path} is damaged: it does not hold what its name says`, { hint, cause });
