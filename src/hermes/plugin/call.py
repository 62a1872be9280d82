"""Starts asm, the program of agent-sessions-monitor. No shell is ever involved: words stay words."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

# What `asm setup --plugin` wrote: the words that start asm, and the variables by which it finds the user's registry.
WRITTEN = Path(__file__).with_name("program.json")
# Hermes waits 30 s for a slash command.
DEADLINE = 20
NOT_FOUND = "asm is nowhere on the PATH of Hermes: install agent-sessions-monitor, or run asm setup --plugin"


class NotFound(Exception):
    """There is no asm to start."""


def home():
    """Returns the user's home. Hermes may give its programs a home of their own."""
    return os.environ.get("HERMES_REAL_HOME") or os.environ.get("HOME", "")


def command():
    """Returns the words that start asm, and its environment."""
    env = {**os.environ, "NO_COLOR": "1", "HOME": home()}
    try:
        written = json.loads(WRITTEN.read_text(encoding="utf-8"))
        words, variables = list(written["command"]), dict(written["env"])
        if all(os.path.exists(word) for word in words):
            return words, {**env, **variables}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    found = shutil.which("agent-sessions-monitor") or shutil.which("asm")
    if found is None:
        raise NotFound(NOT_FOUND)
    return [found], env


def ask(words, stdin="", deadline=DEADLINE):
    """Runs asm to its end, or ends it at the deadline. Returns what it said on stdout, and else on stderr."""
    start, env = command()
    with subprocess.Popen(
        [*start, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(stdin.encode(), timeout=deadline)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return "", f"asm {words[0]} gave no answer in {deadline} s"
    return stdout.decode(errors="replace"), stderr.decode(errors="replace")
