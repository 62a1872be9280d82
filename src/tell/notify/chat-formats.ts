import { clean, cutTo, fitLines } from '../../core/words/text.ts';
import type { Notice } from './notice-schema.ts';

/**
 * The bodies that the incoming webhooks of chats take. Every text stands where the chat reads no markup, so a session's
 * name can neither mention people nor make a link.
 */
export const chatFormats = { slack, discord, teams } as const;

/** Slack's limits of a header and of a section; characters, which are never more than bytes. */
const slackHeader = 150;
const slackSection = 3_000;

/** Texts of the type `plain_text` hold no markup. `text` is shown in notices only; there `&`, `<` and `>` are escaped. */
function slack(notice: Notice): unknown {
  const title = titleOf(notice, slackHeader);
  return {
    text: title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
      { type: 'section', text: { type: 'plain_text', text: textOf(notice, slackSection), emoji: false } },
    ],
  };
}

/** Discord's limit of a message, less the fences; characters. */
const discordContent = 2_000 - 8;
/** Discord shows no preview of a link. */
const suppressEmbeds = 4;

/** All stands in one block of code, where Discord reads no markup; its fences cannot be closed from inside. */
function discord(notice: Notice): unknown {
  const text = [titleOf(notice, 200), ...notice.text.split('\n')].map((line) => line.replaceAll('`', "'"));
  return {
    content: `\`\`\`\n${fitLines(text, discordContent, moreLines)}\n\`\`\``,
    allowed_mentions: { parse: [] },
    flags: suppressEmbeds,
  };
}

/** Teams refuses a message beyond 28 KB; bytes, with room for the JSON around each line. */
const teamsText = 12_000;

/** A `RichTextBlock` reads no Markdown, unlike a `TextBlock`. */
function teams(notice: Notice): unknown {
  const line = (text: string, weight: 'Bolder' | 'Default') => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text, weight }],
  });
  const lines = textOf(notice, teamsText).split('\n');
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [line(titleOf(notice, 200), 'Bolder'), ...lines.map((text) => line(text, 'Default'))],
        },
      },
    ],
  };
}

function titleOf({ title, host }: Notice, most: number): string {
  return cutTo(`${title} (${clean(host)})`, most);
}

function textOf({ text }: Notice, most: number): string {
  return fitLines(text.split('\n'), most, moreLines);
}

function moreLines(count: number): string {
  return `… and ${count} more lines`;
}
