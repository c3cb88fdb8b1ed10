/** Paths to fields of an object, typed: a path to a field that the schemas do not have does not compile. */
import type { Condition } from '../api/conditions.ts';
import type { LiveFigure } from '../api/headline.ts';
import type { liveWindows } from '../api/live.ts';

/** `.a` and `.a.b` for every single value of an object, but for those in lists. */
export type FieldPath<T> = {
  [K in keyof T & string]: NonNullable<T[K]> extends readonly unknown[]
    ? never
    : NonNullable<T[K]> extends object
      ? `.${K}${FieldPath<NonNullable<T[K]>>}`
      : `.${K}`;
}[keyof T & string];

/** The same, and those values in lists that columns show. */
export type ColumnPath<T> = FieldPath<T> | ConditionPath | LivePath;

type ConditionPath = `.status.conditions[?(@.type=="${string}")].${keyof Condition}`;
type LivePath = `.status.live.windows[?(@.window==${(typeof liveWindows)[number]})].figures.${LiveFigure}`;
