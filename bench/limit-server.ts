/**
 * The least that scoring takes on Node: read the body, parse it, fill in the numbers, run the model once, answer. No
 * key, no check, no policy, no record: what the service is measured by. It can be faster only where it shares runs among
 * requests, or does without Node's HTTP server.
 *
 *   node limit-server.js model.onnx '["Time","V1",…]'
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [model = '', list = '[]'] = process.argv.slice(2);
const names = JSON.parse(list) as string[];
const shape = [1, names.length];
// As the service has it.
const session = await InferenceSession.create(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
});

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => (body += text));
  request.on('end', () => {
    void answer(body, response);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ listening: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => process.exit(0));

async function answer(body: string, response: ServerResponse): Promise<void> {
  const transaction = JSON.parse(body) as Record<string, number>;
  const features = new Float32Array(names.length);
  for (let at = 0; at < names.length; at++) features[at] = transaction[names[at] ?? ''] ?? NaN;
  const { probability } = await session.run({ features: new Tensor('float32', features, shape) });
  const text = `{"probability":${String(probability?.data[0])}}`;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length }).end(text);
}
