import { emptyFolding, fold } from '../../../src/log/fold.ts';
import { readLines } from '../../../src/log/lines.ts';
import { anyAnswer } from './target.ts';

const at = (second: number): string => `"at":"2026-07-01T09:00:0${second}.000Z"`;

/** The log of this program, which a crash may tear and a person may edit. */
export const eventLog = anyAnswer(
  'event-log',
  [
    [
      `{"event":"e1",${at(0)},"kind":"opened","drift":{"id":"d1","key":"k","kind":"needs-you","session":"a"}}`,
      `{"event":"e2",${at(1)},"kind":"snoozed","session":"a","until":1782892800000}`,
      `{"event":"e3",${at(2)},"kind":"applied","of":"e1"}`,
      `{"event":"e4",${at(3)},"kind":"run","card":"c","what":"started","reason":null}`,
      '',
    ].join('\n'),
  ],
  (text) => {
    const folding = emptyFolding();
    for (const line of readLines(Buffer.from(text)).lines) if (line.kind === 'event') fold(folding, line.event);
    return folding;
  },
);
