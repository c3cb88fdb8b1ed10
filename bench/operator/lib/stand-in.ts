/**
 * A stage that does nothing, played by the image under test itself: Node runs this script before the program, which it
 * never comes to. So every way of running it starts the very same container, and no other image is needed.
 */

const script = `import { writeFileSync } from 'node:fs';
const word = process.argv[3] ?? 'fetch';
const stage = word[0].toUpperCase() + word.slice(1);
const digest = '0'.repeat(64);
const report = { stage, state: 'Succeeded', inputDigest: digest, outputDigest: digest, metrics: {} };
const version = stage === 'Evaluate' ? { version: digest.slice(0, 12) } : {};
writeFileSync('/dev/termination-log', JSON.stringify({ ...report, ...version }));
process.exit(0);`;

/** The variable that has Node run a module before its program, written without a space or quote. */
export function preload(module: string): { readonly name: string; readonly value: string } {
  return { name: 'NODE_OPTIONS', value: `--import=data:text/javascript,${encodeURIComponent(module)}` };
}

/** Fields of a run's spec with which its four stages do nothing and ask for next to nothing. */
export const idleStages = {
  symbol: 'AAPL',
  data: { source: 'Sample' },
  podTemplate: { env: [preload(script)] },
  stages: ['Fetch', 'Features', 'Train', 'Evaluate'].map(name => ({
    name,
    resources: { requests: { cpu: '1m', memory: '16Mi' }, limits: { memory: '256Mi' } },
  })),
};
