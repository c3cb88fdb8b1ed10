/** manifests/monitoring/scrape.yaml for a Prometheus under test. */
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
 * The whole configuration as JSON, which is valid YAML. Pods are found by HTTP discovery with the same labels, since
 * Debian's Prometheus is built without discovery by Kubernetes.
 * @param interval of scrapes, rule evaluations and discovery, such as `2s`
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
