/** The alerts without the Prometheus operator: the chart's file as Prometheus loads it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { header } from './operator-manifests.ts';

/** Their file in the chart. */
export function rulesFile(chart: string): string {
  return join(chart, 'files/rules.yaml');
}

/** The text of a file for Prometheus' `rule_files`. */
export async function alertRules(chart: string): Promise<string> {
  return header + (await readFile(rulesFile(chart), 'utf8'));
}
