import assert from 'node:assert/strict';
import {
  completeOperatorOptions,
  operatorConfigSchema,
  operatorHelp,
  readOperatorConfig,
} from '../../src/controller/config.ts';
import { Failure } from '../../src/failure.ts';

describe('the configuration of the operator', () => {
  it('has defaults for everything but the image', () => {
    const config = readOperatorConfig(['--image', 'bellwether:1'], {});
    assert.deepEqual(config, completeOperatorOptions({ image: 'bellwether:1' }));
    assert.deepEqual(
      [config?.namespaces, config?.leaderElection, config?.yahooHost, config?.port],
      [[], true, undefined, 8081],
    );
  });

  it('reads lists, toggles and numbers from flags and variables', () => {
    const config = readOperatorConfig(['--image=a', '--leader-election=false'], {
      BELLWETHER_NAMESPACES: 'one, two,',
      BELLWETHER_CONCURRENCY: '8',
      BELLWETHER_LEADER_ELECTION: 'true',
    });
    assert.deepEqual(
      [config?.namespaces, config?.leaderElection, config?.concurrency],
      [['one', 'two'], false, 8],
    );
  });

  const rejected: [what: string, argv: string[], message: RegExp][] = [
    ['no image', [], /^--image \(or BELLWETHER_IMAGE\) is required/],
    ['an invalid name of a namespace', ['--image=a', '--namespaces=a,B'], /^--namespaces: .*commas/],
    [
      'a toggle that is neither true nor false',
      ['--image=a', '--leader-election=perhaps'],
      /^--leader-election: /,
    ],
    [
      'a pattern of images without a host',
      ['--image=a', '--allowed={"images":["a*"]}'],
      /^--allowed: images\.0: /,
    ],
    ['lists that are not JSON', ['--image=a', '--allowed={'], /^--allowed: must be JSON/],
    ['a concurrency of 0', ['--image=a', '--concurrency=0'], /^--concurrency: /],
  ];
  for (const [what, argv, message] of rejected) {
    it(`rejects ${what} and names the option`, () => {
      assert.throws(
        () => readOperatorConfig(argv, {}),
        error => error instanceof Failure && message.test(error.message),
      );
    });
  }

  it('describes every option and its variable in the help text', () => {
    assert.equal(readOperatorConfig(['--help'], {}), null);
    const help = operatorHelp();
    for (const { description } of Object.values(operatorConfigSchema.shape)) {
      assert.ok(description !== undefined && help.includes(description));
    }
    assert.match(help, /--image .*Required\.\n +BELLWETHER_IMAGE/);
    assert.doesNotMatch(help, /undefined/);
  });
});
