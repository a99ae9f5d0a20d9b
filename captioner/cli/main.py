"""From the command line to a verb, and from every error to one line and an exit code."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from captioner.cli.arguments import parser
from captioner.cli.codes import DONE, INTERRUPTED, REFUSED
from captioner.cli.display import has_display
from captioner.cli.logs import start_logging
from captioner.settings.folder import data_directory
from captioner.streaming import CaptionerError
from captioner.transcript.plain import plain


def main(arguments: Sequence[str]) -> int:
    """Run the program. Returns the exit code; every expected error becomes one line on stderr."""
    os.umask(0o077)
    try:
        chosen = parser().parse_args(arguments)
        data_dir, verbose = getattr(chosen, "data_dir", None), getattr(chosen, "verbose", False)
        if chosen.verb == "doctor":
            # Before anything else is done: what the other verbs fail on is a finding here.
            from captioner.cli.doctor import examine

            code = examine(data_dir, verbose=verbose)
        else:
            folder = data_directory(data_dir)
            start_logging(folder, verbose=verbose)
            code = _run(chosen, folder)
        sys.stdout.flush()
        return code
    except CaptionerError as error:
        print(f"captioner: {plain(_line(error))}", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        _say_nothing_more()
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        # What is left by now is stdout: a full disk behind a redirection.
        _say_nothing_more()
        print(f"captioner: The output cannot be written: {error.strerror}. Free some space", file=sys.stderr)
        return REFUSED


def _line(error: CaptionerError) -> str:
    """Cause and cure; the provider's support asks for the request's name."""
    return f"{error} (request {error.request_id})" if error.request_id else str(error)


def _say_nothing_more() -> None:
    """Whoever read stdout went away, or it is full: nothing is left to say, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(chosen: argparse.Namespace, folder: Path) -> int:
    # Each verb imports only what it needs: `meetings` loads neither Qt nor a decoder.
    match chosen.verb:
        case None | "demo":
            return _show(folder, demo=chosen.verb == "demo")
        case "listen":
            from captioner.cli.listen import listen

            return asyncio.run(listen(chosen, folder))
        case "meetings":
            from captioner.cli.library import list_meetings

            return asyncio.run(list_meetings(folder))
        case "export":
            from captioner.cli.library import export

            return asyncio.run(export(folder, chosen.meeting, chosen.format, chosen.output))
        case _:
            from captioner.cli.devices import list_all

            return list_all()


def _show(folder: Path, *, demo: bool) -> int:
    """The window program; without a display the demo runs in the terminal."""
    if not has_display():
        if demo:
            from captioner.cli.listen import demo_in_terminal

            return asyncio.run(demo_in_terminal(folder))
        raise CaptionerError(
            "There is no display to show windows on",
            "Use `captioner listen` or `captioner demo` in the terminal",
        )
    from captioner.app.program import run

    return run(folder, demo=demo)
