/** A part of the faults of one story, so that several threads can share the work. */
import { type Counts, explore, type Failure } from './explore.ts';
import { record } from './recording.ts';
import { stories } from './stories.ts';

export interface Part {
  /** The index of the story. */
  readonly story: number;
  /** This part plays the faults at every point whose number modulo `of` is `part`. */
  readonly part: number;
  readonly of: number;
}

export interface PartResult {
  readonly story: string;
  readonly writes: number;
  readonly events: number;
  readonly counts: Counts;
  readonly failures: readonly Failure[];
}

export async function playPart({ story: index, part, of }: Part): Promise<PartResult> {
  const story = stories[index];
  if (story === undefined) throw new Error(`no story ${index}`);
  const recorded = await record(story);
  const { counts, failures } = await explore(recorded, point => point % of === part);
  const events = [...recorded.events.values()].reduce((sum, count) => sum + count, 0);
  return { story: story.name, writes: recorded.writes, events, counts, failures };
}
