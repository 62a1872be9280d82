import { commentOnCard } from '../../operations/work/comment-on-card.ts';
import { card, text, texts } from '../input.ts';
import { makeTool } from '../tool.ts';

export const commentTool = makeTool({
  name: 'comment',
  title: 'Comment on the card',
  description:
    'Puts what is new on the card, or your own text; each thing once. Answers what was posted, and what had been said before.',
  readOnly: false,
  input: {
    ...card,
    text: text('your text; default: the news'),
    drift_ids: texts('the drifts that you mean'),
  },
  run: commentOnCard,
});
