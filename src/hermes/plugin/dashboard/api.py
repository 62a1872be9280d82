"""What asm says, as the dashboard's page asks for it. The dashboard mounts it behind its session token."""

import importlib.util
import json
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response

# The dashboard loads this file alone, not as a part of the plugin.
_spec = importlib.util.spec_from_file_location("agent_sessions_call", Path(__file__).parent.parent / "call.py")
call = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(call)

# A page that is larger than this shows nothing any more.
LONGEST = 8_000_000

router = APIRouter()


@router.get("/status")
def status():
    """Every session as it is now."""
    return document("status")


@router.get("/history")
def history():
    """What was found and changed in the last day."""
    return document("history", "--since", "24h")


@router.get("/states")
def states():
    """What the sessions were in the last day."""
    return document("history", "--states", "--since", "24h")


def document(*words):
    """Returns the JSON that asm prints, or a failure with its reason."""
    try:
        stdout, stderr = call.ask([*words, "--json"])
    except (call.NotFound, OSError) as reason:
        raise HTTPException(status_code=503, detail=str(reason)) from reason
    if len(stdout) > LONGEST:
        raise HTTPException(status_code=502, detail=f"asm {words[0]} says too much: {len(stdout)} characters")
    if stdout.strip():
        return Response(stdout, media_type="application/json", headers={"Cache-Control": "no-store"})
    raise HTTPException(status_code=502, detail=reason_in(stderr))


def reason_in(stderr):
    """Returns what asm says about a failure, and what cures it."""
    try:
        error = json.loads(stderr)["error"]
        return f"{error['message']}. {error.get('cure') or ''}".strip()
    except (ValueError, KeyError, TypeError):
        return stderr.strip()[:500] or "asm said nothing"
