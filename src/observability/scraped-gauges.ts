/** Metrics whose values are computed at each scrape and cost nothing in between. */
import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Registers the server's open connections and the busy time of its event loop. */
export function exposeServer(registry: Registry, server: Server): void {
  const connections = promisify(server.getConnections.bind(server));
  new Gauge({
    name: 'bellwether_http_connections',
    help: 'Open connections, including idle ones',
    registers: [registry],
    async collect() {
      this.set(await connections());
    },
  });
  new Counter({
    name: 'bellwether_event_loop_active_seconds_total',
    help: 'Time that the event loop was busy; its rate is the share of time',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(performance.eventLoopUtilization().active / 1000);
    },
  });
}

/** Figures about the rows that clients sent. */
export interface InputFigures {
  /** Distinct rows in the window, and its capacity. */
  readonly rows: number;
  readonly rowsLimit: number;
  readonly trainingRows: number;
  /** Population stability index of each feature; empty if it cannot be computed. */
  indices(): readonly { readonly feature: string; readonly psi: number }[];
}

/** Registers the drift of the rows that clients sent against the training rows, by endpoint (label `via`). */
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
  gauge('window_rows', 'Latest distinct rows that clients sent', ({ rows }) => rows);
  gauge('window_rows_limit', 'Capacity of this window', ({ rowsLimit }) => rowsLimit);
  gauge(
    'training_rows',
    'Training rows that they are compared with; 0 if unknown',
    ({ trainingRows }) => trainingRows,
  );
  new Gauge({
    name: `${prefix}_psi`,
    help: 'Population stability index of the latest distinct rows against the training rows',
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
