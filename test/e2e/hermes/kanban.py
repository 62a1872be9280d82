"""
Runs `hermes kanban …` by Hermes' own functions, without the rest of Hermes, as often as asked: loading them takes ten
times as long as a call. It reads the words and the environment of a call as a line of JSON, and answers with a line.

Each call runs in a fork of this process, which has only loaded code: what a call opens, caches or starts is not here
for the next one.
"""

import argparse

# Hermes loads it in each call, and that would take longer than the call.
import asyncio  # noqa: F401
import faulthandler
import json
import os
import sys
import tempfile
import traceback

from hermes_cli import kanban

SECONDS = 150


def run(words, env, out, err):
    """Runs the call as a process of its own would, and ends this one: Python's orderly end takes longer than the call."""
    code = 1
    try:
        for number, file in enumerate([os.open(os.devnull, os.O_RDONLY), out.fileno(), err.fileno()]):
            os.dup2(file, number)
        # Ends a call that hangs, with its traceback.
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        os.environ.clear()
        os.environ.update(env)
        code = kanban.kanban_command(parser.parse_args(["kanban", *words]))
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)


def text(file):
    file.seek(0)
    return file.read().decode()


parser = argparse.ArgumentParser()
kanban.build_parser(parser.add_subparsers())
for line in sys.stdin:
    call = json.loads(line)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            run(call["words"], call["env"], out, err)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"code": code, "stdout": text(out), "stderr": text(err)}), flush=True)
