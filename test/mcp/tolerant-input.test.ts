import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { tolerantInput } from '../../src/mcp/tolerant-input.ts';

/** Returns what comes out for these lines, given in pieces that end in the middle of a letter. */
async function through(lines: string): Promise<{ read: unknown[]; refused: unknown[] }> {
  const refused: unknown[] = [];
  const input = tolerantInput((id) => void refused.push(id));
  const bytes = Buffer.from(lines);
  for (let at = 0; at < bytes.length; at += 7) input.write(bytes.subarray(at, at + 7));
  input.end();
  const read = (await text(input))
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => {
      try {
        return JSON.parse(line);
      } catch {
        return line;
      }
    });
  return { read, refused };
}

const call = (params: unknown) => ({ jsonrpc: '2.0', id: 7, method: 'tools/call', params });
const readCall = async (params: unknown) => (await through(`${JSON.stringify(call(params))}\n`)).read;

test.each([null, true, 1.5, { a: 1 }, ['x']])('a progress token that is none (%j) is left out', async (token) => {
  const params = { name: 'status', arguments: {}, _meta: { progressToken: token, other: 1 } };
  expect(await readCall(params)).toEqual([call({ ...params, _meta: { other: 1 } })]);
});

test.each(['', 'ü店', 0, 7])('a progress token (%j) stays', async (progressToken) => {
  const params = { name: 'status', arguments: {}, _meta: { progressToken } };
  expect(await readCall(params)).toEqual([call(params)]);
});

test.each([null, 'x', [], 5])('arguments and `_meta` that are no object (%j) are none', async (odd) => {
  expect(await readCall({ name: 'status', arguments: odd, _meta: odd })).toEqual([
    call({ name: 'status', arguments: {} }),
  ]);
});

test('parameters that are none are left out', async () => {
  const ping = { jsonrpc: '2.0', id: 'a', method: 'ping' };
  expect((await through(`${JSON.stringify({ ...ping, params: null })}\n`)).read).toEqual([ping]);
});

test('a request that cannot be read is answered, not dropped', async () => {
  const lines = [
    '{"jsonrpc":"1.0","id":3,"method":"ping"}',
    '{"id":"x","method":"ping"}',
    '{"jsonrpc":"2.0","id":4,"method":"ping"}',
  ];
  const { read, refused } = await through(`${lines.join('\n')}\n`);
  expect({ read, refused }).toEqual({ read: [{ jsonrpc: '2.0', id: 4, method: 'ping' }], refused: [3, 'x'] });
});

test('what is no message is for the protocol to refuse', async () => {
  const { read, refused } = await through(
    'not JSON\n[]\nnull\n{"jsonrpc":"2.0"}\n{"jsonrpc":"2.0","method":"ping"}\r\nbegun',
  );
  expect({ read, refused }).toEqual({
    read: ['not JSON', [], null, { jsonrpc: '2.0' }, { jsonrpc: '2.0', method: 'ping' }],
    refused: [],
  });
});
