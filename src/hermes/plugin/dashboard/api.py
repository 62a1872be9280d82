"""What asm says, as the dashboard's page asks for it. The dashboard mounts it behind its session token."""

import importlib.util
import json
import threading
import time
from collections import defaultdict
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response

# The dashboard loads this file alone, not as a part of the plugin.
_spec = importlib.util.spec_from_file_location("agent_sessions_call", Path(__file__).parent.parent / "call.py")
call = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(call)

router = APIRouter()

# However many pages ask, one asm runs for each document, and its answer is for all who waited.
FRESH = 1.0
_turns = defaultdict(threading.Lock)
_answers = {}


@router.get("/status")
def status():
    """Every session as it is now."""
    return document("status")


@router.get("/history")
def history():
    """What was found and changed in the last day."""
    return document("history", "--since", "24h")


@router.get("/timelines")
def timelines():
    """What the sessions were in the last day."""
    return document("history", "--timelines", "--since", "24h")


def document(*words):
    """Returns the JSON that asm prints, or a failure with its reason."""
    stdout, stderr, missing = shared(words)
    if missing is not None:
        raise HTTPException(status_code=503, detail=missing)
    if is_json(stdout):
        return Response(stdout, media_type="application/json", headers={"Cache-Control": "no-store"})
    reason = f"asm {words[0]} says what is no JSON" if stdout.strip() else reason_in(stderr)
    raise HTTPException(status_code=502, detail=reason)


def shared(words):
    """Asks asm, unless it has just answered the same. Returns stdout, stderr, and why it could not be asked."""
    with _turns[words]:
        answer, until = _answers.get(words, (None, 0.0))
        if time.monotonic() < until:
            return answer
        try:
            answer = (*call.ask([*words, "--json"]), None)
        except (call.NotFound, OSError) as reason:
            answer = ("", "", str(reason))
        _answers[words] = (answer, time.monotonic() + FRESH)
        return answer


def is_json(text):
    """Decides whether a browser can read it."""
    try:
        json.loads(text)
        return True
    except (ValueError, RecursionError):
        return False


def reason_in(stderr):
    """Returns what asm says about a failure, and what cures it."""
    try:
        error = json.loads(stderr)["error"]
        return f"{error['message']}. {error.get('cure') or ''}".strip()
    except (ValueError, KeyError, TypeError):
        return stderr.strip()[:500]
