"""Formats exceptions with the program's own texts only, without the data that it processed.

A message consists of literals of the program and of values: a title, a path, a key. Only the
literals are preserved, so that nothing has to be recognised as secret to be removed. Local
variables are not read.
"""

import os
import re
import traceback
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from types import CodeType, TracebackType

from producer_studio.studio.crash_reports.recent_log import PACKAGE_NAME, REDACTED

_MAX_MESSAGE_LENGTH = 2000
"""Maximum length of a message in characters; the rest is ignored."""

_MAX_FRAMES = 48
_MAX_DEPTH = 6
"""Maximum depth of chained exceptions and exception groups."""

_INTERPRETER_MESSAGES = (
    " argument after * must be an iterable",
    " argument must be ",
    " does not support item assignment",
    " expected at least ",
    " expected at most ",
    " got an unexpected keyword argument ",
    " got multiple values for argument ",
    " has no len()",
    " is not defined",
    " missing ",
    " must be ",
    " object cannot be interpreted as an integer",
    " object does not support ",
    " object has no attribute ",
    " object is not callable",
    " object is not iterable",
    " object is not subscriptable",
    " positional arguments but ",
    " required positional argument",
    " takes ",
    " was given",
    " were given",
    "Event loop is closed",
    "Internal C++ object ",
    "None of the objects",
    "No module named ",
    "already deleted.",
    "can only concatenate ",
    "can't decode byte ",
    "can't encode character ",
    "can't start new thread",
    "cannot access local variable ",
    "cannot import name ",
    "cannot reuse already awaited coroutine",
    "cannot schedule new futures after shutdown",
    "cannot unpack non-iterable ",
    "changed size during iteration",
    "codec can't ",
    "could not convert string to float",
    "division by zero",
    "generator raised StopIteration",
    "has no attribute ",
    "index out of range",
    "invalid continuation byte",
    "invalid literal for int() with base ",
    "invalid start byte",
    "list index out of range",
    "math domain error",
    "maximum recursion depth exceeded",
    "not enough values to unpack",
    "not supported between instances of ",
    "object is not ",
    "ordinal not in range",
    "pop from an empty ",
    "pop from empty list",
    "positional argument",
    "string index out of range",
    "too many values to unpack",
    "unhashable type: ",
    "unsupported operand type(s) for ",
    "where it is not associated with a value",
)
"""Parts of Python's own messages."""

_PLACEHOLDER = re.compile(r"%[-+ #0]*[\d.]*[a-zA-Z]|\{[^{}]*\}")
_NAME = re.compile(r"'([A-Za-z_][A-Za-z0-9_.]{0,60})'")
_TOKEN = re.compile(r"'[^']*'|[^\s']+|'")
_PLAIN_NUMBER = re.compile(r"[-.,:;()+]*[0-9]{0,4}[-.,:;()+]*")
_PACKAGE_ROOTS = ("site-packages", "dist-packages")


def format_exception(error: BaseException) -> str:
    """Formats an exception with its chained exceptions and tracebacks, as Python does."""
    return "\n".join(_format_chain(error, _MAX_DEPTH, set()))


def format_message(error: BaseException) -> str:
    """Returns the public parts of the message; empty if there are none."""
    if isinstance(error, OSError) and isinstance(error.errno, int):
        return f"[Errno {error.errno}] {os.strerror(error.errno)}"
    try:
        message = str(error)[:_MAX_MESSAGE_LENGTH]
    except Exception:  # noqa: BLE001 - `__str__` of any exception may fail
        return REDACTED
    codes = list(_codes(error.__traceback__))
    names = {name for code in codes for name in (*code.co_names, *code.co_varnames)}
    names |= {one for code in codes for one in code.co_consts if isinstance(one, str)}
    names |= _interpreter_names(error)
    return _filter_message(message, {*_INTERPRETER_MESSAGES, *_literal_pieces(codes)}, names)


def public_path(filename: str) -> str:
    """Returns the path of a source file from its package on, without the folders above."""
    parts = PurePosixPath(filename.replace("\\", "/")).parts
    if filename.startswith("<frozen ") or not parts:
        return filename[:80]
    for root in _PACKAGE_ROOTS:
        if root in parts:
            return "/".join(parts[_last_index(parts, root) + 1 :])
    if PACKAGE_NAME in parts:
        return "/".join(parts[_last_index(parts, PACKAGE_NAME) :])
    for at, part in enumerate(parts[:-1]):
        if re.fullmatch(r"python3(\.\d+)?t?|Lib|lib-dynload", part) and at:
            return "/".join(parts[at + 1 :])
    if re.fullmatch(r"(\w+/)*\w+\.py", "/".join(parts)):
        # In a frozen program, modules have a name and no path.
        return "/".join(parts)
    return f"{REDACTED}/{parts[-1]}"


def fingerprint(error: BaseException) -> tuple[str, ...]:
    """Returns a fingerprint that is equal for the same error in the same code."""
    where = [f"{code.co_filename}:{line}" for code, line in _frames(error.__traceback__)]
    return (type(error).__qualname__, *where[-4:])


def _format_chain(error: BaseException, depth: int, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen and depth:
        yield from _format_chain(before, depth - 1, seen)
        linked = "caused by it" if error.__cause__ is not None else "while that was handled"
        yield f"\n{linked}:\n"
    yield "Traceback (most recent call last):"
    frames = list(_frames(error.__traceback__))
    left_out = len(frames) - _MAX_FRAMES
    if left_out > 0:
        half = _MAX_FRAMES // 2
        yield from _format_frames(frames[:half])
        yield f"  {REDACTED} {left_out} more"
        frames = frames[-half:]
    yield from _format_frames(frames)
    message = format_message(error)
    yield _type_name(error) + (f": {message}" if message else "")
    if isinstance(error, BaseExceptionGroup) and depth:
        for one in error.exceptions[:_MAX_DEPTH]:
            yield "\none of them:\n"
            yield from _format_chain(one, depth - 1, seen)


def _format_frames(frames: Iterable[tuple[CodeType, int]]) -> Iterator[str]:
    for code, line in frames:
        where = public_path(code.co_filename)
        yield f"  {where}:{line} in {code.co_qualname}"
        if where.startswith(f"{PACKAGE_NAME}/"):
            source = traceback.FrameSummary(code.co_filename, line, code.co_name).line
            if source:
                yield f"      {source}"


def _frames(trace: TracebackType | None) -> Iterator[tuple[CodeType, int]]:
    while trace is not None:
        yield trace.tb_frame.f_code, trace.tb_lineno or 0
        trace = trace.tb_next


def _codes(trace: TracebackType | None) -> Iterator[CodeType]:
    for code, _ in _frames(trace):
        # String constants of a module are data; those of a function are its messages.
        if code.co_name != "<module>":
            yield code


def _literal_pieces(codes: Iterable[CodeType]) -> Iterator[str]:
    """Yields literals of several words that can be part of a message."""
    for code in codes:
        for constant in code.co_consts:
            if isinstance(constant, str):
                for piece in _PLACEHOLDER.split(constant):
                    if len(piece.split()) > 1 or (piece.strip() != piece and piece.strip()):
                        yield piece


def _interpreter_names(error: BaseException) -> set[str]:
    """Returns the names that the interpreter reports as missing."""
    names = {"NoneType", "int", "str", "float", "list", "dict", "tuple", "bytes", "bool", "set"}
    if isinstance(error, AttributeError | NameError | ImportError) and error.name:
        names.add(str(error.name))
    if isinstance(error, AttributeError):
        names |= {kind.__name__ for kind in type(error.obj).__mro__}
    return names


def _filter_message(message: str, pieces: set[str], names: set[str]) -> str:
    known = sorted((one for one in pieces if len(one.strip()) > 2), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, known)))
    found: list[str] = []
    end = 0
    for match in pattern.finditer(message):
        found += [_filter_value(message[end : match.start()], names), match.group()]
        end = match.end()
    found.append(_filter_value(message[end:], names))
    return re.sub(rf"{REDACTED}(\s*{REDACTED})+", REDACTED, "".join(found))


def _filter_value(text: str, names: set[str]) -> str:
    """Returns the public parts of a value: small numbers, and names of the program."""

    def kept(match: re.Match[str]) -> str:
        token = match.group()
        own = token[1:-1] in names and _NAME.fullmatch(token)
        return token if own or _PLAIN_NUMBER.fullmatch(token) else REDACTED

    return _TOKEN.sub(kept, text)


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else (f"{kind.__module__}.{kind.__qualname__}")
    )


def _last_index(parts: tuple[str, ...], part: str) -> int:
    return len(parts) - 1 - parts[::-1].index(part)
