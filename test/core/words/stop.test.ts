import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStop, withoutOrders } from '../../../src/core/words/stop.ts';
import { propertyRuns } from '../property-runs.ts';

const stops = [
  'stop monitoring',
  'Stop Monitoring!',
  'stop  monitoring',
  'stop the monitor',
  'Stop watching.',
  'please stop monitoring now, thanks',
  'stop monitoring everything here immediately please',
  'stop monitoring because we are done',
  'stop monitoring until tomorrow',
  'stop monitoring and then take a break',
  "it's not needed any more, stop monitoring",
  "don't worry, stop monitoring",
  'don’t worry; stop monitoring',
  'can you stop monitoring, please?',
  '@monitor stop monitoring',
  '@org/team @first.last stop monitoring',
  'stop monitoring @bot.',
  'stop monitoring 🙏🏽',
  '**stop monitoring**',
  'stop',
  'Stop.',
  'STOP!!!',
  'ok stop it now please, thanks',
  'hey @monitor stop',
  'stop 🛑',
  'hello\nstop monitoring\nbye',
  'hello\r\nstop monitoring\r\n',
  'a `code` word, stop monitoring',
  'a lone ` tick\n\nstop monitoring ` here',
  '```\nquoted\n```\nstop monitoring',
  '~~~\n```\n~~~\nstop monitoring',
  '> somebody said so\nstop monitoring',
  'it was not me; stop monitoring',
  "don't worry - stop monitoring",
  "don't worry / stop monitoring",
  'not needed -- stop monitoring',
  'not needed--stop monitoring',
  'not needed — stop monitoring',
  "it's not needed any more - stop monitoring",
  'stop monitoring - we are done',
  'stop monitoring -- we are done',
  '- stop monitoring',
  'stop monitoring！',
  '不用了。stop monitoring。',
  '好，stop monitoring；谢谢',
  '¡stop monitoring!',
  '<b>stop monitoring</b>',
  'done | stop monitoring | bye',
  '‘stop monitoring’',
  'please “stop monitoring” now',
  '「stop monitoring」',
  '/stop monitoring',
  '/stop',
  'stop monitoring 1️⃣',
  '#️⃣ stop',
  // Fences in list items, CommonMark 5.2.
  '- ```sh\n  npm test\n  ```\n\nstop monitoring',
  '1. ~~~\n   stop the build\n   ~~~\nstop monitoring',
  '- a\n    - ```\n      x\n\n      ```\n- stop monitoring',
  '- ```\nstop monitoring',
  '-\t```\n\tx\n\t```\n\tstop monitoring',
  '    ```\nstop monitoring',
  '-     ```\n  stop monitoring',
  '* stop monitoring',
];

const goesOn = [
  '',
  'all good',
  "don't stop monitoring",
  'do not stop monitoring',
  'please never ever stop monitoring',
  'no need to stop monitoring',
  'you cannot just stop monitoring',
  'shouldn’t stop monitoring',
  'go on without stop monitoring',
  "don't stop",
  'will it stop?',
  'should we stop now?',
  'it stopped',
  'nonstop work',
  'stop-requested by user at 2026-07-01T09:00:00Z',
  '> stop monitoring',
  '   > stop monitoring',
  'say `stop monitoring` when done',
  '``stop monitoring``',
  '```\nstop monitoring\n```',
  '~~~ text\nstop monitoring\n~~~',
  '````\n```\nstop monitoring\n````',
  '```\nstop monitoring',
  '```\nstop monitoring\n``` not the end\nstop monitoring',
  'a non-stop run',
  'start it with --stop monitoring',
  'do not-stop monitoring',
  'do not "stop monitoring" yet',
  'donʼt stop monitoring',
  'please dont stop monitoring',
  'you cant stop',
  'don´t stop monitoring',
  'Tell the new hire:\n- ```\n  stop monitoring\n  ```\n  ends it',
  '1. ~~~\n   stop monitoring\n   ~~~',
  '- first\n\n  ```\n  stop monitoring\n\n  stop\n  ```',
  '- a\n  1. b\n\n     ~~~\n     stop monitoring\n     ~~~',
  '1. b\n\n     ~~~\n  \n     stop monitoring\n     ~~~',
  '- - ```\n    stop monitoring\n    ```',
  '- > stop monitoring',
];

const asks = [
  'stop monitoring the second session',
  'please stop the build',
  'stop monitoring?',
  'stop monitoring？',
  'stop monitoring/watching it',
  'when it is done, or if it fails stop monitoring',
  'write stop monitoring to end it',
  'he says stop monitoring',
  'you should stop monitoring',
  'I do not think that we want to stop monitoring',
  'stop watching the logs',
  "you needn't stop monitoring",
  "won't you stop monitoring, please?",
  "it doesn't stop",
  'stop monitoring!?',
  'stop monitoring?!',
  'stop monitoring...?',
  'please stop `npm run dev`',
  'stop monitoring `shop-creator-claude`',
  'write "stop monitoring" when you want it to end',
  'the card says «stop monitoring» ends it',
];

test.each(stops)('stops: %j', (comment) => expect(readStop(comment)).toBe('stop'));
test.each(goesOn)('goes on: %j', (comment) => expect(readStop(comment)).toBe('go-on'));
test.each(asks)('asks back: %j', (comment) => expect(readStop(comment)).toBe('ask'));

test('more phrases can be configured; they follow the same rules', () => {
  const phrases = ['Down  tools', 'hör auf'];
  expect(readStop('down tools', phrases)).toBe('stop');
  expect(readStop('bitte, Hör auf!', phrases)).toBe('stop');
  expect(readStop("don't down tools", phrases)).toBe('go-on');
  expect(readStop('down tools for blog', phrases)).toBe('ask');
  expect(readStop('down tools')).toBe('go-on');
  for (const phrase of ['halt!', 'aufhören!', '停止。']) {
    expect(readStop(phrase, [phrase])).toBe('stop');
    expect(readStop(phrase.slice(0, -1), [phrase])).toBe('stop');
    expect(readStop(`not ${phrase}`, [phrase])).toBe('go-on');
  }
  expect(readStop('anything', ['!!'])).toBe('go-on');
});

const pieces = fc.constantFrom(
  'stop',
  'monitoring',
  'the',
  'monitor',
  'watching',
  '`',
  '```',
  '\n',
  '> ',
  ', ',
  ' - ',
  '--',
  '。',
  ' ',
  'x',
);
const texts = fc.oneof(
  fc.array(pieces).map((words) => words.join(' ')),
  fc.array(pieces).map((words) => words.join('')),
);

test('a text of ours is never an order, and keeps its words', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const calm = withoutOrders(text);
      expect(readStop(calm)).toBe('go-on');
      expect(calm.replaceAll(/[`']/g, '')).toBe(text.replaceAll('`', ''));
    }),
    propertyRuns(10_000),
  );
});
