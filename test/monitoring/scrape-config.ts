/** The scrape configuration as people without the Prometheus operator get it, for a Prometheus under test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

const path = join(import.meta.dirname, '../../manifests/monitoring/scrape.yaml');

const configSchema = z.strictObject({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(
    z
      .looseObject({
        job_name: z.string(),
        kubernetes_sd_configs: z.tuple([z.object({ role: z.literal('pod') })]),
      })
      .transform(({ kubernetes_sd_configs: _, ...rest }) => rest),
  ),
});

/**
 * The whole configuration, as JSON, which is YAML. Pods are found by HTTP discovery, which gives them the same labels:
 * Debian's Prometheus knows no Kubernetes.
 * @param interval between scrapes, evaluations of rules and looks for pods, such as `2s`
 */
export function scrapeConfig(discoveryUrl: string, interval: string): string {
  const { rule_files, scrape_configs } = configSchema.parse(load(readFileSync(path, 'utf8')));
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files,
    scrape_configs: scrape_configs.map(config => ({
      ...config,
      http_sd_configs: [{ url: discoveryUrl, refresh_interval: interval }],
    })),
  });
}
