/** Reads the metrics, the log and the process figures of the measured operator. */
import { execute, kubectl } from '../../../support/cluster/kubectl.ts';
import { operatorPods } from '../../../support/cluster/operator-pod.ts';

/** The name of its only pod. */
async function operatorPod(namespace: string): Promise<string> {
  const [pod] = await operatorPods(namespace);
  if (pod === undefined) throw new Error(`no operator in namespace ${namespace}`);
  return pod;
}

/** The values of its metrics by name with labels, in the text format: `name{label="value"}`. */
export async function metricsOf(namespace: string): Promise<ReadonlyMap<string, number>> {
  const pod = await operatorPod(namespace);
  const text = await kubectl(
    'get',
    '--raw',
    `/api/v1/namespaces/${namespace}/pods/${pod}:8081/proxy/metrics`,
  );
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map(line => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

export interface Process {
  /** Resident, in megabytes of 1,048,576 bytes. */
  readonly memory: number;
  /** The peak of resident memory. */
  readonly peak: number;
  /** Seconds of processor time. */
  readonly cpu: number;
  /** Milliseconds since the epoch, with a precision of 10 ms. */
  readonly startedAt: number;
}

const script = `const { readFileSync } = require('node:fs');
const status = readFileSync('/proc/1/status', 'utf8');
const fields = readFileSync('/proc/1/stat', 'utf8').split(') ')[1].split(' ');
const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
const kilobytes = name => Number(new RegExp(name + ':\\\\s+(\\\\d+)').exec(status)[1]);
console.log(JSON.stringify({
  memory: kilobytes('VmRSS') / 1024,
  peak: kilobytes('VmHWM') / 1024,
  cpu: (Number(fields[11]) + Number(fields[12])) / 100,
  startedAt: Date.now() - (uptime - Number(fields[19]) / 100) * 1000,
}));`;

/** The figures of its process in /proc. */
export async function processOf(namespace: string): Promise<Process> {
  const pod = await operatorPod(namespace);
  return JSON.parse(await kubectl('exec', pod, '--namespace', namespace, '--', 'node', '--eval', script));
}

/** The lines of its log with a given message, oldest first. */
export async function logged(
  namespace: string,
  message: string,
): Promise<Readonly<Record<string, unknown>>[]> {
  const pod = await operatorPod(namespace);
  const text = await execute('kubectl', ['logs', pod, '--namespace', namespace]);
  return text
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))
    .filter(({ msg }) => msg === message);
}
