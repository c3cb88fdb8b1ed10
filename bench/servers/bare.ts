/** The reference of `bench/serving.ts`: `node:http` and both models, with no check, id, header, metric or log. */
import { createServer } from 'node:http';
import { readModels } from './models.ts';

const [runFolder = '', port = '0'] = process.argv.slice(2);
const { features, predict } = readModels(runFolder);
const values = new Float64Array(features.length);

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
    const text = JSON.stringify({ ...predict(values), model: { name: 'aapl', version: '000000000000' } });
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  });
}).listen(Number(port), '127.0.0.1');
