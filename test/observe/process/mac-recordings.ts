/**
 * Output of real Macs, found in public places. Names and folders of people are replaced; blanks, columns and order are as
 * recorded. The sources had fewer columns than `psFormat` in some rows: the numbers of groups were filled in there.
 */

/**
 * `ps`: an agent that a person typed, with its helper, the shell of a tool in a session of its own, and a launcher under
 * `nice` (macOS 26, read in September 2026); a program with blanks in its path (October 2026); an agent whose terminal was
 * closed (macOS 15.6.1, anthropics/claude-code#21287 and #19201); a tmux server of Homebrew's, which has no title; and a
 * zombie without arguments.
 */
export const psRows = [
  '    1     0     1    0 ??       Ss   Thu Oct  1 21:59:06 2026     /sbin/launchd',
  '  600     1   600    0 ??       Ss   Fri Oct  2 08:00:00 2026     /opt/homebrew/bin/tmux new-session -d -s 0',
  '11925   600 11925 12618 ttys000  Ss   Fri Oct  2 08:00:00 2026     fish -c /opt/homebrew/bin/fish -il',
  '11950 11925 11950 12618 ttys000  S    Fri Oct  2 08:00:00 2026     /opt/homebrew/bin/fish -il',
  '12618 11950 12618 12618 ttys000  S+   Fri Oct  2 09:11:00 2026     claude -r',
  '  700 12618   700    0 ??       Z    Fri Oct  2 08:30:00 2026     ',
  '27895 12618 12618 12618 ttys000  S+   Fri Oct  2 09:12:00 2026     caffeinate -i -t 300',
  ' 8017 12618  8017    0 ??       Ss   Fri Oct  2 09:12:01 2026     /bin/zsh -c source /Users/me/.claude/shell-snapshots/snapshot-zsh-1790218583336-m8r8bj.sh',
  '74359   600 74359 74359 ttys011  SNs+ Fri Oct  2 10:00:00 2026     fish -c env TASK=pn-1 /opt/homebrew/bin/fish -ilc claude',
  '74390 74359 74359 74359 ttys011  SN+  Fri Oct  2 10:00:02 2026     claude --session-id 01a0dad0-afd0-7bd1-9d62-3d2f51027e9c --settings /tmp/claude-hooks.json',
  '52749     1 52749    0 ??       S    Fri Oct  2 16:52:02 2026     /Users/me/Library/Caches/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  '62019     1 62019    0 ??       S    Fri Jan 16 13:35:22 2026     claude',
  '  900 12618   900 12618 ttys000  S+   Fri Oct  2 10:00:00 2026     node -e run() x\\012y "a  b"',
].join('\n');

/**
 * `lsof -Fpn`, whose `f` lines come unasked up to 4.91, which macOS has, and no more from 4.99 on (Nix, Homebrew;
 * epilande/ccmux#8).
 */
export const lsofFolders = {
  '4.91': 'p12618\nfcwd\nn/Users/me/landing page\np74390\nfcwd\nn/private/tmp/lab\n',
  '4.99': 'p12618\nn/Users/me/landing page\np74390\nn/private/tmp/lab\n',
};

/** `lsof -Fpn` 4.95 with odd folders, without a UTF-8 locale and with one. */
export const lsofOdd = {
  C: 'p1\nfcwd\nn/tmp/caf\\xc3\\xa9 \\xf0\\x9f\\xa6\\x80\np2\nfcwd\nn/tmp/nl\\nx\np3\nfcwd\nn/tmp/\\\\x41 back\\\\slash\n',
  UTF: 'p1\nfcwd\nn/tmp/café 🦀\np2\nfcwd\nn/tmp/nl\\nx\np3\nfcwd\nn/tmp/\\\\x41 back\\\\slash\n',
};

/** `lsof -a -U -p … -Fpn`: a listening socket has its path, a connected one the address of the other end. */
export const lsofSockets = 'p600\nf6\nn/private/tmp/tmux-501/default\nf7\nn->0x1f2e3d4c5b6a7980\nf8\nn->(none)\n';

/** `sysctl kern.boottime`, without the line of `kern.bootsessionuuid`: what it says is a UUID. */
export const bootTimes = [
  // macOS 26.6.2, arm64.
  ['kern.boottime: { sec = 1789196391, usec = 979990 } Fri Sep 11 23:59:51 2026', 1_789_196_391_000],
  // FreeBSD's form, which is the same.
  ['kern.boottime: { sec = 1778631299, usec = 929665 } Wed May 13 02:14:59 2026', 1_778_631_299_000],
  // OS X 10.10, ansible/ansible#10476; sysctl told it twice there.
  [
    'kern.boottime: { sec = 1426005997, usec = 0 } Tue Mar 10 11:46:37 2015\nkern.boottime = Tue Mar 10 11:46:37 2015',
    1_426_005_997_000,
  ],
  // OS X 10.11, with `-n` of some tools: no date.
  ['kern.boottime: { sec = 1459009875, usec = 0 }', 1_459_009_875_000],
] as const;
