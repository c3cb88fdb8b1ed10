/** What is asked for when somebody scrapes, and costs nothing in between. */
import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { Counter, Gauge, type Registry } from 'prom-client';

/** The server's connections and how busy its thread is. */
export function exposeServer(registry: Registry, server: Server): void {
  const connections = promisify(server.getConnections.bind(server));
  new Gauge({
    name: 'bellwether_http_connections',
    help: 'Open connections, idle ones too',
    registers: [registry],
    async collect() {
      this.set(await connections());
    },
  });
  new Counter({
    name: 'bellwether_event_loop_active_seconds_total',
    help: 'Time that the event loop was at work; its rate is the share of time, for whoever asks and however often',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(performance.eventLoopUtilization().active / 1000);
    },
  });
}

/** What is known of the rows that were asked. */
export interface InputFigures {
  /** Distinct rows that are looked at, and the most that can be. */
  readonly rows: number;
  readonly rowsLimit: number;
  readonly trainingRows: number;
  /** Population stability index of each feature, if it can be told. */
  indices(): readonly { readonly feature: string; readonly psi: number }[];
}

/** How far the rows asked are from those that the model was trained on, by the way that they came. */
export function exposeInputs(registry: Registry, inputs: Readonly<Record<string, InputFigures>>): void {
  const prefix = 'bellwether_input';
  const gauge = (name: string, help: string, value: (figures: InputFigures) => number) =>
    new Gauge({
      name: `${prefix}_${name}`,
      help,
      labelNames: ['via'],
      registers: [registry],
      collect() {
        for (const [via, figures] of Object.entries(inputs)) this.set({ via }, value(figures));
      },
    });
  gauge('window_rows', 'Last distinct rows asked', ({ rows }) => rows);
  gauge('window_rows_limit', 'Most rows that are looked at', ({ rowsLimit }) => rowsLimit);
  gauge(
    'training_rows',
    'Training rows that they are compared with; 0 when these are not known',
    ({ trainingRows }) => trainingRows,
  );
  new Gauge({
    name: `${prefix}_psi`,
    help: 'Population stability index of the last distinct rows asked against the training rows',
    labelNames: ['feature', 'via'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [via, figures] of Object.entries(inputs)) {
        for (const { feature, psi } of figures.indices()) this.set({ feature, via }, psi);
      }
    },
  });
}
