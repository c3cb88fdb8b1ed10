/** The chart's file of rules, read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { rulesFile } from '../../scripts/generated/alert-rules.ts';

/** The file under test. */
export const rulesPath = rulesFile(join(import.meta.dirname, '../../charts/bellwether'));

const alertSchema = z.strictObject({
  alert: z.string().regex(/^Bellwether([A-Z][a-z]+)+$/),
  expr: z.string(),
  for: z.string(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
  annotations: z.strictObject({
    summary: z.string().min(1),
    description: z.string().min(1),
    runbook_url: z.url(),
  }),
});

/** An alert. Several of different severity may share a name. */
export type Alert = z.output<typeof alertSchema>;

const recordingSchema = z.strictObject({
  record: z.string().regex(/^[a-z_]+:[a-z_]+:[a-z0-9]+$/),
  expr: z.string(),
});

const fileSchema = z.strictObject({
  groups: z.array(
    z.strictObject({ name: z.string(), rules: z.array(z.union([alertSchema, recordingSchema])) }),
  ),
});

/** @throws ZodError for an alert without summary, description, runbook link, `for` or severity. */
export function loadRules() {
  const { groups } = fileSchema.parse(load(readFileSync(rulesPath, 'utf8')));
  const rules = groups.flatMap(group => group.rules);
  return {
    alerts: rules.filter(rule => 'alert' in rule),
    recordings: rules.filter(rule => 'record' in rule),
  };
}
