"""Starts asm, the program of agent-sessions-monitor. No shell is ever involved: words stay words."""

import json
import os
import selectors
import shutil
import signal
import subprocess
import time
from pathlib import Path

# What `asm setup --plugin` wrote: the words that start asm, and the variables by which it finds the user's registry.
WRITTEN = Path(__file__).with_name("program.json")
# Hermes waits 30 s for a slash command.
DEADLINE = 20
# A page that is larger than this shows nothing any more. Bytes.
LONGEST = 8_000_000
NOT_FOUND = "asm is nowhere on the PATH of Hermes: install agent-sessions-monitor, or run asm setup --plugin"


class NotFound(Exception):
    """There is no asm to start."""


def home():
    """Returns the user's home. Hermes may give its programs a home of their own."""
    return os.environ.get("HERMES_REAL_HOME") or os.environ.get("HOME", "")


def written():
    """Returns the words and the variables that setup wrote; none of a file that says something else."""
    try:
        known = json.loads(WRITTEN.read_text(encoding="utf-8"))
        words, variables = known["command"], known["env"]
        if all(isinstance(text, str) for text in [*words, *variables.values()]) and isinstance(words, list):
            return words, variables
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return [], {}


def command():
    """Returns the words that start asm, and its environment."""
    words, variables = written()
    env = {**os.environ, "HOME": home(), **variables}
    if words and all(os.path.exists(word) for word in words):
        return words, env
    # The program was moved: the registry is still the one that setup named.
    found = shutil.which("agent-sessions-monitor") or shutil.which("asm")
    if found is None:
        raise NotFound(NOT_FOUND)
    return [found], env


def ask(words, deadline=DEADLINE):
    """Runs asm to its end, or ends it when it takes too long or says too much. Returns its stdout and its stderr."""
    start, env = command()
    with subprocess.Popen(
        [*start, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**env, "NO_COLOR": "1"},
        start_new_session=True,
    ) as process:
        until = time.monotonic() + deadline
        try:
            said = heard(process, until)
            process.wait(max(0, until - time.monotonic()))
            stdout, stderr = (text.decode(errors="replace") for text in said)
            if stdout.strip() or stderr.strip():
                return stdout, stderr
            fault = f"asm {words[0]} said nothing, and ended with code {process.returncode}"
        except (TimeoutError, subprocess.TimeoutExpired):
            fault = f"asm {words[0]} gave no answer in {deadline} s"
        except OverflowError:
            fault = f"asm {words[0]} says too much: more than {LONGEST} bytes"
        end(process)
    return "", fault


def heard(process, until):
    """Returns the bytes of stdout and stderr."""
    said = {process.stdout: bytearray(), process.stderr: bytearray()}
    with selectors.DefaultSelector() as pipes:
        for pipe in said:
            pipes.register(pipe, selectors.EVENT_READ)
        while pipes.get_map():
            ready = pipes.select(max(0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                piece = os.read(key.fd, 65_536)
                said[key.fileobj] += piece
                if piece == b"":
                    pipes.unregister(key.fileobj)
            if sum(map(len, said.values())) > LONGEST:
                raise OverflowError
    return said.values()


def end(process):
    """Ends asm and what it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # All of it has ended.
        pass
