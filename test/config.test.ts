import assert from 'node:assert/strict';
import { completeServerOptions, readServerConfig, serverConfigSchema, serverHelp } from '../src/config.ts';
import { exitCodes, Failure } from '../src/failure.ts';

describe('the configuration of the server', () => {
  it('has defaults for every option except the model', () => {
    const config = readServerConfig(['--model-dir', 'artifacts/aapl/one'], {});
    assert.equal(config?.modelFolder, 'artifacts/aapl/one');
    assert.deepEqual(config, completeServerOptions({ modelFolder: 'artifacts/aapl/one' }));
    assert.equal(config.port, 8080);
  });

  it('prefers a flag to its variable, and a variable to the default', () => {
    const variables = {
      BELLWETHER_MODEL_DIR: 'a',
      BELLWETHER_PORT: '1',
      BELLWETHER_DRAIN_SECONDS: '0.5',
      BELLWETHER_HOST: '',
    };
    const config = readServerConfig(['--port=2', '--log-level', 'warn'], variables);
    assert.deepEqual(
      [config?.modelFolder, config?.port, config?.drainSeconds, config?.logLevel, config?.host],
      ['a', 2, 0.5, 'warn', '127.0.0.1'],
    );
  });

  const refused: [what: string, argv: string[], variables: Record<string, string>, message: RegExp][] = [
    ['no model', [], {}, /^--model-dir \(or BELLWETHER_MODEL_DIR\) is required/],
    ['a port that is not a number', ['--model-dir=a', '--port=http'], {}, /^--port: /],
    ['a port out of range', ['--model-dir=a', '--port=65536'], {}, /^--port: .*65535/],
    ['an empty flag', ['--model-dir=a', '--port='], {}, /^--port is empty/],
    ['a bad variable', ['--model-dir=a'], { BELLWETHER_LOG_LEVEL: 'loud' }, /^BELLWETHER_LOG_LEVEL: /],
    ['an infinite time', ['--model-dir=a', '--drain-seconds=Infinity'], {}, /^--drain-seconds: /],
    ['an invalid version', ['--model-dir=a', '--expected-version=new'], {}, /^--expected-version: /],
    [
      'a toggle that is neither true nor false',
      ['--model-dir=a'],
      { BELLWETHER_EXIT_ON_FAILURE: 'perhaps' },
      /^BELLWETHER_EXIT_ON_FAILURE: /,
    ],
    ['an unknown flag', ['--model-dir=a', '--prot=1'], {}, /--prot/],
    ['an argument', ['--model-dir=a', 'b'], {}, /unexpected argument "b"/],
    ['a certificate without its key', ['--model-dir=a', '--tls-cert=c'], {}, /^--tls-key .* is required/],
    [
      'a key without its certificate',
      ['--model-dir=a'],
      { BELLWETHER_TLS_KEY: 'k' },
      /^--tls-cert .* is required/,
    ],
    ['a burst without a rate', ['--model-dir=a', '--rate-burst=3'], {}, /^--rate-limit .* is required/],
    ['a rate of zero', ['--model-dir=a', '--rate-limit=0'], {}, /^--rate-limit: /],
    ['several problems', ['--port=-1', '--batch-workers=0'], {}, /--model-dir .*--port.*--batch-workers/],
  ];
  for (const [what, argv, variables, message] of refused) {
    it(`rejects ${what} and names the option`, () => {
      assert.throws(
        () => readServerConfig(argv, variables),
        error => {
          assert.ok(error instanceof Failure);
          assert.equal(error.exitCode, exitCodes.usage);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('describes every option and its variable', () => {
    assert.equal(readServerConfig(['--help'], {}), null);
    const help = serverHelp();
    for (const schema of Object.values(serverConfigSchema.shape))
      assert.ok(help.includes(schema.description!));
    assert.match(help, /--model-dir .*Required\.\n +BELLWETHER_MODEL_DIR/);
    assert.match(help, /--drain-delay-seconds .*Default: 0\.\n +BELLWETHER_DRAIN_DELAY_SECONDS/);
  });
});
