/** Asks what a dashboard asks when it is opened. */
import { messageOf } from '../../src/failure.ts';
import type { Panel, Target } from '../../test/monitoring/dashboard-schema.ts';
import { panelsOf } from '../../test/monitoring/dashboard-schema.ts';
import { type Dashboard, labelValues, queryVariables } from '../../test/monitoring/dashboards.ts';
import { substituted, timeVariables, type Variables } from '../../test/monitoring/substitute.ts';
import type { Prometheus, Series, TimeRange } from './prometheus.ts';
import { secondsOf, stepOf } from './time.ts';

/** When the dashboard is looked at. */
export interface Moment {
  /** Seconds since the epoch. */
  readonly end: number;
  /** Shown before `end`; undefined: as the dashboard says. */
  readonly hours: number | undefined;
  readonly scrapeSeconds: number;
}

export interface Answer {
  readonly target: Target;
  readonly series: readonly Series[];
  /** Why there is no answer. */
  readonly error?: string;
}

export interface CollectedPanel {
  readonly panel: Panel;
  /** Title with its variables replaced. */
  readonly title: string;
  readonly description: string;
  readonly range: TimeRange;
  readonly answers: readonly Answer[];
}

/** An event: seconds since the epoch, and what Grafana would write beside it. */
export interface Mark {
  readonly time: number;
  readonly text: string;
}

export interface Collected {
  readonly dashboard: Dashboard;
  /** Seconds since the epoch. */
  readonly shown: { readonly start: number; readonly end: number };
  /** Choices as they stand, for people. */
  readonly choices: Readonly<Record<string, string>>;
  readonly panels: readonly CollectedPanel[];
  readonly marks: readonly Mark[];
}

const pageWidth = 1568;

export async function collect(
  dashboard: Dashboard,
  prometheus: Prometheus,
  moment: Moment,
): Promise<Collected> {
  const seconds =
    moment.hours === undefined ? secondsOf(dashboard.time.from.slice('now-'.length)) : moment.hours * 3600;
  const whole = { start: moment.end - seconds, end: moment.end, step: seconds };
  const choices = await choose(dashboard, prometheus, whole);

  const collectPanel = async (panel: Panel): Promise<CollectedPanel> => {
    const points = Math.round((pageWidth * panel.gridPos.w) / 24);
    const step = stepOf(seconds, points, Math.max(secondsOf(panel.interval ?? '0s'), moment.scrapeSeconds));
    // Grafana asks at multiples of the step, so that points stay where they are when the page is loaded again.
    const end = Math.floor(moment.end / step) * step;
    const range = { start: end - Math.floor(seconds / step) * step, end, step };
    const variables = { ...choices, ...timeVariables(seconds, step, moment.scrapeSeconds) };
    const ask = async (target: Target): Promise<Answer> => {
      const when = target.instant ? { start: moment.end, end: moment.end, step } : range;
      try {
        return { target, series: await prometheus.ask(substituted(target.expr, variables), when) };
      } catch (error) {
        return { target, series: [], error: messageOf(error) };
      }
    };
    return {
      panel,
      title: substituted(panel.title, choices),
      description: substituted(panel.description, choices),
      range,
      answers: await Promise.all(panel.targets.map(ask)),
    };
  };

  const panels: CollectedPanel[] = [];
  for (const panel of panelsOf(dashboard)) panels.push(await collectPanel(panel));
  const words = Object.entries(choices).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : value.join(', '),
  ]);
  return {
    dashboard,
    shown: whole,
    choices: Object.fromEntries(words),
    panels,
    marks: await marksOf(dashboard, prometheus, choices, {
      ...whole,
      step: stepOf(seconds, pageWidth, moment.scrapeSeconds),
    }),
  };
}

/** Every variable as it stands when the dashboard is opened: all values, or the preset one. */
async function choose(dashboard: Dashboard, prometheus: Prometheus, range: TimeRange): Promise<Variables> {
  const choices: Record<string, string | string[]> = {};
  for (const variable of queryVariables(dashboard)) {
    const { selector, label } = labelValues(variable);
    const { current, includeAll, allValue, name } = variable;
    if (!includeAll) choices[name] = [current.value].flat();
    else
      choices[name] =
        allValue ?? (await prometheus.labelValues(substituted(selector, choices), label, range));
  }
  return choices;
}

/** Events whose time is the value of a series, as Grafana marks them: once each. */
async function marksOf(
  { annotations }: Dashboard,
  prometheus: Prometheus,
  choices: Variables,
  range: TimeRange,
): Promise<Mark[]> {
  const marks = new Map<string, Mark>();
  for (const { expr, titleFormat = '', useValueForTime } of annotations.list) {
    if (expr === undefined || !useValueForTime) continue;
    for (const { labels, values } of await prometheus.ask(substituted(expr, choices), range)) {
      for (const value of values) {
        const time = (value ?? 0) / 1000;
        const text = legendOf(titleFormat, labels);
        if (time >= range.start && time <= range.end) marks.set(`${time} ${text}`, { time, text });
      }
    }
  }
  return [...marks.values()].sort((a, b) => a.time - b.time);
}

/** `{{label}}` replaced; where nothing is left, the labels themselves. */
export function legendOf(format: string, labels: Series['labels']): string {
  const text = format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? '').trim();
  if (text !== '') return text;
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? 'Value' : `{${pairs.join(', ')}}`;
}
