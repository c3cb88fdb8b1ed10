/**
 * The program of the test image: fake stages and servers, a fake Yahoo, a load generator and service discovery. Everything
 * else runs as in the real image.
 */
const [role = ''] = process.argv.slice(2);

const parts: Readonly<Record<string, () => Promise<boolean>>> = {
  stage: async () => (await import('./stage.ts')).playStage(process.argv[3] ?? '', process.env),
  server: async () => (await import('./server.ts')).playServer(process.env),
  yahoo: async () => (await import('./yahoo.ts')).playYahoo(process.env),
  discovery: async () => (await import('./discovery.ts')).playDiscovery(),
  load: async () => (await import('./load.ts')).playLoad(process.argv.slice(3)),
};

const played = await parts[role]?.();
if (played !== true) await import(process.env.BELLWETHER_PROGRAM ?? '/bellwether/bellwether.js');
