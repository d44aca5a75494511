"""A cache of ready answers in the worker's memory, for GET views: the cheapest that Flask allows."""

import functools
import os
import threading
import time

from flask import Response, request

SECONDS = float(os.environ.get("CACHE_SECONDS", "30"))

_answers: dict[str, tuple[float, bytes, str]] = {}
_lock = threading.Lock()


def cached(view):
    """Keeps what `view` answers with status 200, by path and query, for SECONDS or until `forget`."""
    if SECONDS <= 0:
        return view

    @functools.wraps(view)
    def answer(*args, **kwargs):
        key = request.full_path
        kept = _answers.get(key)
        if kept and kept[0] > time.monotonic():
            return Response(kept[1], mimetype=kept[2])
        made = view(*args, **kwargs)
        if made.status_code == 200:
            with _lock:
                _answers[key] = (time.monotonic() + SECONDS, made.get_data(), made.mimetype)
        return made

    return answer


def forget() -> None:
    """Drops every answer: data has changed."""
    with _lock:
        _answers.clear()
