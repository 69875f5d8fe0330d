// The tensors of stored parameters, the newest kept in memory: a round reads the same ones again and again.
import { parseTensors } from '../tensors/parse.ts';
import type { Tensors } from '../tensors/tensors.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { Stored } from './unit.ts';

/** Bytes. What is beyond is read from the disk again. */
const most = 512 * 2 ** 20;

export class Models {
  readonly #store: ParameterStore;
  /** By sha256, the newest last. */
  readonly #known = new Map<string, { readonly tensors: Tensors; readonly bytes: number }>();
  #bytes = 0;

  constructor(store: ParameterStore) {
    this.#store = store;
  }

  async load(stored: Stored): Promise<Tensors> {
    const known = this.#known.get(stored.sha256);
    return known?.tensors ?? this.keep(stored, parseTensors(await this.#store.get(stored)));
  }

  /** They are read from the disk again, if anybody needs them. */
  forget({ sha256 }: Pick<Stored, 'sha256'>): void {
    this.#bytes -= this.#known.get(sha256)?.bytes ?? 0;
    this.#known.delete(sha256);
  }

  keep({ sha256, bytes }: Stored, tensors: Tensors): Tensors {
    if (this.#known.has(sha256)) return tensors;
    this.#known.set(sha256, { tensors, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= most) break;
      this.forget({ sha256: oldest });
    }
    return tensors;
  }
}
