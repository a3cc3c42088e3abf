import type { AnyEvent, EventData, EventName } from '../../shared/contract/events.ts';

/** Who wants to hear which event. */
export class Listeners {
  readonly #all = new Map<EventName, Set<(data: never) => void>>();

  add<E extends EventName>(event: E, listener: (data: EventData<E>) => void): () => void {
    const set = this.#all.get(event) ?? new Set();
    this.#all.set(event, set.add(listener));
    return () => set.delete(listener);
  }

  tell({ name, data }: AnyEvent): void {
    for (const listener of this.#all.get(name) ?? []) listener(data as never);
  }
}
