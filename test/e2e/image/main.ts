/**
 * The program of the test image: fake stages and servers, a fake Yahoo, a load generator and service discovery. Everything
 * else runs as in the real image.
 */
const [role = ''] = process.argv.slice(2);

const parts: Readonly<Record<string, () => Promise<boolean>>> = {
  stage: async () => (await import('./stage.ts')).runFakeStage(process.argv[3] ?? '', process.env),
  server: async () => (await import('./server.ts')).runFakeServer(process.env),
  yahoo: async () => (await import('./yahoo.ts')).startFakeYahoo(process.env),
  discovery: async () => (await import('./discovery.ts')).serveDiscovery(),
  load: async () => (await import('./load.ts')).runLoad(process.argv.slice(3)),
  observer: async () => (await import('../../chaos/image/observer.ts')).runObserver(process.env),
  'mixed-load': async () =>
    (await import('../../chaos/image/mixed-load.ts')).runMixedLoad(process.argv.slice(3)),
};

// Hostile code of a stage, with everything that a stage's process may do.
const { FAKE_CODE: code } = process.env;
if (role === 'stage' && code) await import(`data:text/javascript,${encodeURIComponent(code)}`);
const fake = await parts[role]?.();
if (fake !== true) await import(process.env.BELLWETHER_PROGRAM ?? '/bellwether/bellwether.js');
