import { setTimeout as sleep } from "node:timers/promises";
import { at, list, text } from "../../support/document";
import type { Ask } from "./node";

/** What there was at one moment: the number of documents of each index. */
interface Sighting {
  /** When the answer had come, milliseconds since 1970: what it does not name was gone by then. */
  readonly by: number;
  readonly documents: ReadonlyMap<string, number | undefined>;
}

/** Looks at the indices of a pattern all the time, so that none goes unseen. */
export class Sightings {
  private readonly seen: Sighting[] = [];
  private readonly ended = new AbortController();
  private readonly looking: Promise<void>;

  constructor(ask: Ask, pattern: string) {
    this.looking = this.look(ask, pattern);
  }

  /** When an index was first missed after it had been there; undefined as long as it is there. @param since looks no further back */
  missedAt(index: string, since = 0): number | undefined {
    const later = this.seen.filter(({ by }) => by > since);
    const first = later.findIndex(({ documents }) => documents.has(index));
    if (first < 0) return undefined;
    return later.slice(first).find(({ documents }) => !documents.has(index))?.by;
  }

  /** Documents of an index when it was last there; one that is being made or removed does not say. */
  lastDocuments(index: string): number | undefined {
    return this.seen.findLast(({ documents }) => documents.get(index) !== undefined)?.documents.get(index);
  }

  async stop(): Promise<void> {
    this.ended.abort();
    await this.looking;
  }

  private async look(ask: Ask, pattern: string): Promise<void> {
    while (!this.ended.signal.aborted) {
      const answer = await ask("GET", `/_cat/indices/${pattern}?format=json&h=index,docs.count`).catch(
        () => undefined,
      );
      if (answer?.status === 200) {
        const documents = new Map<string, number | undefined>();
        for (const row of list(answer.body)) {
          const count = at(row, "docs.count");
          documents.set(text(row, "index"), typeof count === "string" ? Number(count) : undefined);
        }
        this.seen.push({ by: Date.now(), documents });
      }
      await sleep(100);
    }
  }
}
