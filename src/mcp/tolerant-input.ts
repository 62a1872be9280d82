import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { JSONRPCMessageSchema, type RequestId } from '@modelcontextprotocol/sdk/types.js';
import { isObject, jsonIn } from '../system/json.ts';

/** The longest line that the protocol's reader takes. */
const longest = 10 * 1024 * 1024;

/**
 * Passes on the client's messages, a line each, and leaves out invalid tokens, arguments and `_meta`. The protocol's
 * reader silently drops a request that is not to its letter, and the client would wait for its answer.
 * @param refuse answers a request that cannot be read
 */
export function tolerantInput(refuse: (id: RequestId) => void): Transform {
  const decoder = new StringDecoder('utf8');
  let begun = '';
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const lines = (begun + decoder.write(chunk)).split('\n');
      begun = lines.pop() ?? '';
      for (const line of lines) {
        const read = readLine(line, refuse);
        if (read !== null) this.push(`${read}\n`);
      }
      // The protocol's reader ends such a client.
      if (begun.length > longest) {
        this.push(begun);
        begun = '';
      }
      done();
    },
  });
}

/** Returns the line to pass on; `null`: it was answered already. */
function readLine(line: string, refuse: (id: RequestId) => void): string | null {
  const value = jsonIn(line);
  if (!isObject(value)) return line;
  const message = mended(value);
  if (JSONRPCMessageSchema.safeParse(message).success) return message === value ? line : JSON.stringify(message);
  const { id } = value;
  if (typeof value['method'] !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) return line;
  refuse(id);
  return null;
}

type Fields = Readonly<Record<string, unknown>>;

function mended(message: Fields): Fields {
  if (!('params' in message)) return message;
  const { params, ...rest } = message;
  if (!isObject(params)) return rest;
  const { _meta: meta, ...others } = params;
  const isCall = message['method'] === 'tools/call';
  const isWithout = isCall && !isObject(params['arguments']);
  if (isMeta(meta) && !isWithout) return message;
  return { ...rest, params: { ...others, ...metaOf(meta), ...(isWithout ? { arguments: {} } : {}) } };
}

function isMeta(meta: unknown): boolean {
  return meta === undefined || (isObject(meta) && (!('progressToken' in meta) || isToken(meta['progressToken'])));
}

function metaOf(meta: unknown): Fields {
  if (!isObject(meta)) return {};
  const { progressToken, ...rest } = meta;
  return { _meta: isToken(progressToken) ? meta : rest };
}

function isToken(token: unknown): boolean {
  return typeof token === 'string' || Number.isSafeInteger(token);
}
