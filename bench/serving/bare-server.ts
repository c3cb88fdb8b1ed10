/** The other side of the comparison: `node:http` and both models, with no check, id, header, metric or log. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { decodeBooster } from '../../src/models/booster/codec.ts';
import { predictReturn } from '../../src/models/booster/predict.ts';
import { decodeForest } from '../../src/models/forest/codec.ts';
import { voteRisk } from '../../src/models/forest/vote.ts';

const [runFolder = '', port = '0'] = process.argv.slice(2);
const train = join(runFolder, 'train');
const booster = decodeBooster(readFileSync(join(train, 'regressor.bin')));
const forest = decodeForest(readFileSync(join(train, 'classifier.bin')));
const card = JSON.parse(readFileSync(join(train, 'model.json'), 'utf8'));
const features: string[] = card.features.map((feature: { name: string }) => feature.name);
const values = new Float64Array(features.length);
const shares = new Float64Array(3);
const risks = ['Low', 'Medium', 'High'];

createServer((request, response) => {
  if (request.method === 'GET') {
    response.end('{"status":"ready"}');
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(chunks).toString());
    features.forEach((name, i) => {
      values[i] = body[name];
    });
    const predicted = predictReturn(booster, values, 0);
    const level = voteRisk(forest, values, 0, shares);
    const text = JSON.stringify({
      predicted_return: predicted,
      risk_level: level,
      risk: risks[level],
      probabilities: { low: shares[0], medium: shares[1], high: shares[2] },
      model: { name: 'aapl', version: '000000000000' },
    });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  });
}).listen(Number(port), '127.0.0.1');
