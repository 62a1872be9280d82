import { hashOf } from './hash.ts';

/**
 * File systems take names of 255 bytes. An ending such as `.jsonl` takes 6, and `temporaryOf` adds up to 37. No byte less:
 * a shorter name is that of a file which an earlier version has written.
 */
const longest = 212;

/**
 * Returns a file's name for a text that others chose: percent-encoded, or the hash of the text where that is too long
 * for a name. A letter outside of ASCII takes 6 to 12 bytes.
 */
export function fileNameOf(text: string): string {
  // By way of bytes: half a surrogate pair has no percent-encoding, and becomes U+FFFD.
  const encoded = encodeURIComponent(Buffer.from(text).toString());
  return encoded.length > longest ? hashOf(text) : encoded;
}
