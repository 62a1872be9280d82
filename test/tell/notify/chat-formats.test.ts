import { expect, test } from 'vitest';
import { chatFormats } from '../../../src/tell/notify/chat-formats.ts';
import { aNotice } from './notice-events.ts';

const hostile = aNotice({
  title: '<!everyone> @everyone: gone',
  text: '<@U1> [x](https://evil.test) ```\n@here *bold* & <https://evil.test|x>',
});
const long = aNotice({ text: Array.from({ length: 500 }, (_, index) => `line ${index} of a long notice`).join('\n') });

test('slack: texts are plain, and the summary is escaped', () => {
  expect(chatFormats.slack(hostile)).toEqual({
    text: '&lt;!everyone&gt; @everyone: gone (lab1)',
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: '<!everyone> @everyone: gone (lab1)', emoji: false } },
      { type: 'section', text: { type: 'plain_text', text: hostile.text, emoji: false } },
    ],
  });
});

test('discord: all stands in one block of code that nothing inside can close', () => {
  expect(chatFormats.discord(hostile)).toEqual({
    content:
      "```\n<!everyone> @everyone: gone (lab1)\n<@U1> [x](https://evil.test) '''\n@here *bold* & <https://evil.test|x>\n```",
    allowed_mentions: { parse: [] },
    flags: 4,
  });
});

test('teams: each line is a run of text, which reads no Markdown', () => {
  expect(chatFormats.teams(hostile)).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          body: [
            {
              type: 'RichTextBlock',
              inlines: [{ type: 'TextRun', text: '<!everyone> @everyone: gone (lab1)', weight: 'Bolder' }],
            },
            { type: 'RichTextBlock', inlines: [{ text: '<@U1> [x](https://evil.test) ```' }] },
            { type: 'RichTextBlock', inlines: [{ text: '@here *bold* & <https://evil.test|x>' }] },
          ],
        },
      },
    ],
  });
});

test('each keeps its chat’s limit', () => {
  const [slack, discord, teams] = [chatFormats.slack(long), chatFormats.discord(long), chatFormats.teams(long)];
  expect(slack).toMatchObject({ blocks: [{}, { text: { text: expect.stringMatching(/… and \d+ more lines$/) } }] });
  expect(JSON.stringify(slack).length).toBeLessThan(3_600);
  expect(discord).toMatchObject({ content: expect.stringMatching(/… and \d+ more lines\n```$/) });
  expect(JSON.stringify(discord).length).toBeLessThan(2_200);
  expect(Buffer.byteLength(JSON.stringify(teams))).toBeLessThan(28_000 * 2);
});
