import { expect, test } from 'vitest';
import { meaningOf, meaningOfPart } from '../../../src/observe/tmux/tmux-failure.ts';

const socket = "/tmp/tmux-1000/it's mine";
const quoted = `'/tmp/tmux-1000/it'\\''s mine'`;

test.each([
  ['never started', `error connecting to ${socket} (No such file or directory)`],
  ['its socket left behind', `no server running on ${socket}`],
  ['refused', `error connecting to ${socket} (Connection refused)`],
])('%s: perhaps no server, if the kernel agrees', (_, words) => {
  expect(meaningOf(words, 1, socket)).toEqual({ kind: 'no server', words });
});

test('a server that keeps itself alive without a session', () => {
  expect(meaningOf('no current target', 1, socket)).toEqual({ kind: 'no session' });
});

test.each([
  [
    `error connecting to ${socket} (Permission denied)`,
    `run it as the owner of ${quoted}, or mend its rights: ls -l ${quoted}`,
  ],
  ['directory /tmp/tmux-1000 has unsafe permissions', `chmod 700 "$(dirname ${quoted})"`],
  [`error connecting to ${socket} (File name too long)`, 'name a socket path of at most 107 bytes (103 on macOS)'],
  ['server exited unexpectedly', `it was shutting down; the next pass tells. Or try: tmux -S ${quoted} list-sessions`],
  ['lost server', `it was shutting down; the next pass tells. Or try: tmux -S ${quoted} list-sessions`],
  [
    'protocol version mismatch (client 8, server 7)',
    'put the tmux program of the running server first in PATH: ps -eo pid,args | grep tmux',
  ],
  [
    'server version is too old for client',
    'put the tmux program of the running server first in PATH: ps -eo pid,args | grep tmux',
  ],
  ['usage: tmux [-2CluvV] [-c shell-command]', 'install tmux 3.2 or newer'],
  ['no such command: display-massage', `try: tmux -S ${quoted} list-sessions`],
  [`error connecting to ${socket} (Too many levels of symbolic links)`, `try: tmux -S ${quoted} list-sessions`],
])('%s: nothing is known, and what to do about it', (words, cure) => {
  expect(meaningOf(words, 1, socket)).toEqual({ kind: 'blind', reason: words, cure });
});

test('of many words the first line is the reason; of none the exit code', () => {
  const cure = `try: tmux -S ${quoted} list-sessions`;
  expect(meaningOf('one\ntwo', 1, socket)).toEqual({ kind: 'blind', reason: 'one', cure });
  const reason = 'tmux failed with 139 and without a word';
  expect(meaningOf('', 139, socket)).toEqual({ kind: 'blind', reason, cure });
});

test('the words of no server inside of other words prove nothing', () => {
  for (const words of ['# no server running on x', `can't open config (No such file or directory) here`]) {
    expect(meaningOf(words, 1, socket)).toMatchObject({ kind: 'blind' });
  }
});

test('success without a whole list', () => {
  expect([
    meaningOfPart('access not allowed\n', socket),
    meaningOfPart('half a row', socket),
    meaningOfPart('', socket),
  ]).toMatchInlineSnapshot(`
    [
      {
        "cure": "let the owner of the server run: tmux -S '/tmp/tmux-1000/it'\\''s mine' server-access -a "<your name>"",
        "kind": "blind",
        "reason": "access not allowed",
      },
      {
        "cure": "it is asked again by the next pass",
        "kind": "blind",
        "reason": "the list has no end: it is not whole",
      },
      {
        "cure": "it is asked again by the next pass",
        "kind": "blind",
        "reason": "the list has no end: it is not whole",
      },
    ]
  `);
});
