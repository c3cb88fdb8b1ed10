import assert from 'node:assert/strict';
import fc from 'fast-check';
import { predictAnswerSchema } from '../../../src/api/predict.ts';
import { HttpError } from '../../../src/serving/errors.ts';
import { loadModel } from '../../../src/serving/model.ts';
import { createPredictor, type Predictor } from '../../../src/serving/predict/predictor.ts';
import { sampleRun } from '../../../support/sample-run.ts';
import { indicators, sharedModelFolder } from '../harness.ts';

describe('createPredictor', () => {
  let predict: Predictor;
  before(async () => {
    predict = createPredictor(await loadModel(await sharedModelFolder()), {
      row: () => {},
      counts: () => {},
      inputs: () => {},
    });
  });

  /** Every body ends in a valid answer or in an error that is the client's. */
  const check = (text: string) => {
    try {
      predictAnswerSchema.parse(JSON.parse(predict(Buffer.from(text))));
    } catch (error) {
      assert.ok(error instanceof HttpError, String(error));
      assert.ok([400, 422].includes(error.status));
    }
  };

  it('handles any JSON, any text and any field name', () => {
    fc.assert(fc.property(fc.json(), check));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), check));
    const value = fc.oneof(fc.double(), fc.jsonValue());
    const names = fc.constantFrom(...Object.keys(indicators), '__proto__', 'constructor', 'toString', '');
    fc.assert(
      fc.property(fc.dictionary(names, value), changes =>
        check(JSON.stringify({ ...indicators, ...changes })),
      ),
    );
  });

  it('answers any values within the bounds, the same each time', () => {
    const finite = { noNaN: true, noDefaultInfinity: true };
    const row = fc.record(
      Object.fromEntries(
        sampleRun().model.features.map(({ name, minimum, maximum }) => [
          name,
          fc.double({
            ...finite,
            ...(minimum !== null && { min: minimum }),
            ...(maximum !== null && { max: maximum }),
          }),
        ]),
      ),
    );
    fc.assert(
      fc.property(row, values => {
        const body = Buffer.from(JSON.stringify(values));
        const answer = predict(body);
        const { probabilities, risk_level } = predictAnswerSchema.parse(JSON.parse(answer));
        const shares = Object.values(probabilities);
        assert.ok(Math.abs(shares.reduce((sum, share) => sum + share) - 1) < 1e-12);
        assert.equal(shares[risk_level], Math.max(...shares));
        assert.equal(predict(body), answer);
      }),
    );
  });
});
