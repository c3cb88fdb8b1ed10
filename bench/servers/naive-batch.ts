/**
 * The reference of `bench/batch.ts`: reads everything, splits, predicts row by row, stringifies. Supports
 * only rows of indicators, not price bars, and validates nothing.
 */
import { createServer } from 'node:http';
import { readModels } from './models.ts';

const [runFolder = '', port = '0'] = process.argv.slice(2);
const { predict } = readModels(runFolder);

createServer(async (request, response) => {
  if (request.method === 'GET') {
    response.end('{"status":"ready"}');
    return;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const [, ...lines] = Buffer.concat(chunks).toString('utf8').trim().split('\n');
  const predictions = lines.map(line => predict(Float64Array.from(line.split(','), Number)));
  response.end(JSON.stringify({ predictions, summary: { rows: predictions.length } }));
}).listen(Number(port), '127.0.0.1');
