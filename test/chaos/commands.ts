/** Commands that break the cluster's components. They depend on the cluster, so the environment provides them. */
import { execute } from '../../support/cluster/kubectl.ts';

const {
  CHAOS_STOP_COMPONENT: stop,
  CHAOS_START_COMPONENT: start,
  CHAOS_SIGNAL_COMPONENT: signal,
  CHAOS_NODE_EXEC: nodeExec,
} = process.env;

/** Whether components can be stopped, started and signalled. */
export const canBreakComponents =
  stop !== undefined &&
  start !== undefined &&
  signal !== undefined &&
  process.env.CHAOS_COMPONENTS === 'true';

/** Whether commands can be run on the node, which volumes of limited size need. */
export const canPrepareVolumes = nodeExec !== undefined;

function run(command: string | undefined, ...parameters: readonly string[]): Promise<string> {
  if (command === undefined) throw new Error('the environment has no such command');
  return execute('sh', ['-c', `${command} "$@"`, 'sh', ...parameters]);
}

export const stopComponent = (name: string) => run(stop, name);
export const startComponent = (name: string) => run(start, name);
export const signalComponent = (name: string, name2: 'STOP' | 'CONT') => run(signal, name, name2);

/** Runs a shell script on the node as root. */
export const onNode = (script: string) => run(nodeExec, script);
