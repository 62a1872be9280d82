"""The Hermes plugin of agent-sessions-monitor: /asm without a model, and `hermes agent-sessions …`."""

import argparse
import asyncio
import logging
import os
import sys

from .call import NotFound, ask, command
from .hints import HOOKS, hint

log = logging.getLogger(__name__)

WORDS = "status | digest | explain NAME | stop"
USAGE = f"/asm [{WORDS}]"
# The TUI and chats cut longer answers.
LONGEST = 3_500


def register(ctx):
    """Registers what this version of Hermes has."""
    offer(
        ctx,
        "register_command",
        "asm",
        handler=slash,
        description="Your agent sessions: who needs you, what happened",
        args_hint=WORDS,
    )
    offer(
        ctx,
        "register_cli_command",
        "agent-sessions",
        help="Your agent sessions, by agent-sessions-monitor (asm)",
        setup_fn=takes_words,
        handler_fn=hand_over,
    )
    for name in HOOKS:
        offer(ctx, "register_hook", name, hint)


def offer(ctx, kind, *words, **named):
    """Registers one thing; a Hermes that does not know its kind, or refuses it, keeps the others."""
    try:
        getattr(ctx, kind)(*words, **named)
    except Exception as reason:  # Later versions have refusals of their own.
        log.warning("agent-sessions: this Hermes takes no %s for %s: %s", kind, words[0], reason)


async def slash(raw=""):
    """Answers /asm. It waits in a thread: a gateway serves other chats meanwhile."""
    return await asyncio.to_thread(answer, raw)


def answer(raw):
    """Returns what /asm says to those words."""
    words = words_of(raw or "")
    if words is None:
        return USAGE
    try:
        stdout, stderr = ask(words)
    except NotFound as reason:
        return str(reason)
    except OSError as reason:
        return f"asm does not start: {reason.strerror or reason}"
    except ValueError:
        # Half of a character that needs two: no program can be given it.
        return USAGE
    return shown(stdout if stdout.strip() else stderr)


def words_of(raw):
    """Returns the words for asm; a text from a chat stands behind `--`, so it is never a flag. None: no such command."""
    verb, rest = [*raw.split(None, 1), "", ""][:2]
    # The keyboards of phones begin with a capital letter.
    verb, rest = verb.lower(), rest.strip()
    if verb in ("", "status", "digest") and rest == "":
        return [verb or "status"]
    if verb == "explain" and rest != "" and "\0" not in rest:
        return ["explain", "--", rest]
    if verb == "stop" and rest == "":
        return ["comment", "--watched", "--", "stop monitoring"]
    return None


def shown(text):
    """Returns whole lines without control characters, and as many as a chat shows."""
    lines = ["".join(sign for sign in line if sign.isprintable()).rstrip() for line in text.strip("\n").split("\n")]
    kept, left = [], LONGEST
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            break
        kept.append(line)
    hidden = len(lines) - len(kept)
    return "\n".join([*kept, *([f"… {hidden} more lines: ask asm at a shell"] if hidden else [])]) or "asm said nothing"


def takes_words(parser):
    """Lets every word behind `hermes agent-sessions` through to asm, flags too."""
    parser.add_argument("words", nargs=argparse.REMAINDER, help="what asm is asked: status, history --since 2h, …")
    # Without prefixes, argparse takes no word for a flag of its own.
    parser.prefix_chars = "\0"


def hand_over(args):
    """Becomes asm: its answers, its exit code, Ctrl-C."""
    try:
        start, env = command()
    except NotFound as reason:
        print(reason, file=sys.stderr)
        sys.exit(1)
    sys.stdout.flush()
    try:
        os.execvpe(start[0], [*start, *args.words], env)
    except OSError as reason:
        print(f"asm does not start: {reason.strerror or reason}", file=sys.stderr)
        sys.exit(1)
