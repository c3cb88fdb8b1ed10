/** The alerts for people without the Prometheus operator: the chart's file as Prometheus loads it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { header } from './operator-manifests.ts';

/** Where the chart keeps them. */
export function rulesFile(chart: string): string {
  return join(chart, 'files/rules.yaml');
}

/** A file for `rule_files` of a Prometheus. */
export async function alertRules(chart: string): Promise<string> {
  return header + (await readFile(rulesFile(chart), 'utf8'));
}
