/** The images under test. They must be in the cluster. */

/** Operator, stages and servers. */
export const image = process.env.E2E_IMAGE ?? 'bellwether:dev';

/** The same with fake stages and servers; see test/e2e/image. */
export const testImage = process.env.E2E_TEST_IMAGE ?? 'bellwether-test:dev';

/** Any Prometheus of version 2.42 or later. */
export const prometheusImage = process.env.E2E_PROMETHEUS_IMAGE ?? 'docker.io/prom/prometheus:v3.5.0';
