import assert from 'node:assert/strict';
import { createCaches } from '../../src/controller/caches.ts';
import { desiredChildren } from '../../src/controller/decide/serving/children.ts';
import { serviceMonitors } from '../../src/controller/resources.ts';
import { aModel, someSettings, watchedTypes } from './builders.ts';

describe('the caches', () => {
  const typesOf = (withServiceMonitors: boolean) => {
    const caches = createCaches({
      client: { list: assert.fail, watch: assert.fail },
      namespaces: [],
      serviceMonitors: withServiceMonitors,
      changed: () => {},
      begins: () => {},
      report: () => {},
      namespaceChanged: () => {},
      now: () => 0,
    });
    return [...caches.all.keys()];
  };

  it('are of every watched type; of ServiceMonitors only if the cluster serves them', () => {
    assert.deepEqual(typesOf(true), watchedTypes);
    assert.deepEqual(
      typesOf(false),
      watchedTypes.filter(type => type !== serviceMonitors),
    );
  });

  it("are of every type among a Model's children", () => {
    const model = aModel();
    assert.ok(model.spec);
    const desired = desiredChildren(model, model.spec, someSettings({ serviceMonitors: true }));
    for (const { type } of desired) assert.ok(watchedTypes.includes(type), type.kind);
  });
});
