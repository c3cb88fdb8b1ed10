/**
 * A stage that does nothing, in the image under test: Node runs this script before the program and exits. So all ways
 * of running it start the same container, and no other image is needed.
 */

const script = `import { writeFileSync } from 'node:fs';
const name = process.argv[3] ?? 'fetch';
const stage = name[0].toUpperCase() + name.slice(1);
const digest = '0'.repeat(64);
const report = { stage, state: 'Succeeded', inputDigest: digest, outputDigest: digest, metrics: {} };
const version = stage === 'Evaluate' ? { version: digest.slice(0, 12) } : {};
writeFileSync('/dev/termination-log', JSON.stringify({ ...report, ...version }));
process.exit(0);`;

/** The environment variable with which Node runs a module before the program, encoded without spaces and quotes. */
export function preload(module: string): { readonly name: string; readonly value: string } {
  return { name: 'NODE_OPTIONS', value: `--import=data:text/javascript,${encodeURIComponent(module)}` };
}

/** Fields of a run's spec with which its four stages do nothing and request almost no resources. */
export const idleStages = {
  symbol: 'AAPL',
  data: { source: 'Sample' },
  podTemplate: { env: [preload(script)] },
  stages: ['Fetch', 'Features', 'Train', 'Evaluate'].map(name => ({
    name,
    resources: { requests: { cpu: '1m', memory: '16Mi' }, limits: { memory: '256Mi' } },
  })),
};
