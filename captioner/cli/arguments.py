"""What can be said on the command line."""

import argparse
from pathlib import Path
from typing import NoReturn, get_args

from captioner.settings.choices import Diarization, EngineName, ReadingMode, Settings
from captioner.streaming import ConfigurationError
from captioner.transcript.export.catalogue import EXPORTERS

DEFAULT_DEVICE = ""
"""What `--mic` and `--system` mean without a name."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong on one line."""

    def error(self, message: str) -> NoReturn:
        raise ConfigurationError(message[:1].upper() + message[1:], f"See `{self.prog} --help`")


def parser() -> argparse.ArgumentParser:
    """The whole command line; a fault in it is raised as ConfigurationError."""
    common = _Parser(add_help=False)
    common.add_argument(
        "--data-dir",
        type=Path,
        default=argparse.SUPPRESS,
        metavar="DIR",
        help="settings, database, logs: nothing outside it",
    )
    common.add_argument(
        "--verbose", action="store_true", default=argparse.SUPPRESS, help="say on stderr what happens"
    )
    top = _Parser(
        prog="captioner",
        description="Live captions over any video call, and a transcript that is never lost.",
        parents=[common],
    )
    verbs = top.add_subparsers(dest="verb", metavar="VERB")
    verbs.add_parser("demo", parents=[common], help="caption a sample recording")
    _add_listen(verbs.add_parser("listen", parents=[common], help="captions in the terminal, no window"))
    verbs.add_parser("meetings", parents=[common], help="list the saved meetings")
    _add_export(verbs.add_parser("export", parents=[common], help="write a saved meeting as text or JSON"))
    verbs.add_parser(
        "devices", parents=[common], help="list microphones, what the computer plays on, and what plays"
    )
    doctor = verbs.add_parser(
        "doctor", parents=[common], help="say what works, and what to do about the rest"
    )
    doctor.description = "Opens the devices for a moment. Exit code 1 if captions cannot run."
    return top


def _add_listen(listen: argparse.ArgumentParser) -> None:
    listen.description = "Captions in the terminal. Without a source: --mic --system."
    listen.add_argument("--mic", nargs="?", const=DEFAULT_DEVICE, metavar="NAME", help="hear a microphone")
    listen.add_argument(
        "--system",
        nargs="?",
        const=DEFAULT_DEVICE,
        metavar="NAME",
        help="hear what the computer plays, or one program: app:NAME",
    )
    listen.add_argument(
        "--file", nargs="+", type=Path, metavar="PATH", help="hear recordings, one meeting each"
    )
    listen.add_argument(
        "--channels",
        choices=["mix", "split"],
        default="mix",
        help="a stereo file mixed, or each side a channel",
    )
    listen.add_argument(
        "--speed",
        type=float,
        default=1.0,
        metavar="X",
        help="play files at X times real time; 0 = as fast as the engine goes",
    )
    _add_engine(listen)
    listen.add_argument(
        "--diarize",
        choices=get_args(Diarization),
        help="who said what: off, by channel (default), or voices told apart by the engine",
    )
    listen.add_argument(
        "--reading-mode", choices=get_args(ReadingMode), default="balanced", help="how captions settle"
    )
    listen.add_argument("--title", help="the meeting's title")
    listen.add_argument("--no-save", action="store_true", help="keep no transcript")
    listen.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_engine(listen: argparse.ArgumentParser) -> None:
    listen.add_argument(
        "--engine",
        choices=[*get_args(EngineName), "auto"],
        help="what turns speech into text: local (default; no sound leaves this computer), deepgram "
        "(key in DEEPGRAM_API_KEY or the keyring), or auto (deepgram, and local while that fails)",
    )
    listen.add_argument("--url", metavar="URL", help="another server that speaks Deepgram's protocol")
    listen.add_argument(
        "--model", metavar="M", help=f"the network engine's model ({Settings().deepgram_model})"
    )
    listen.add_argument(
        "--language", default=Settings().language, metavar="L", help="en, pt-BR, …; multi = several at once"
    )
    listen.add_argument(
        "--keyterm",
        nargs="+",
        action="extend",
        default=[],
        metavar="TERM",
        help="names and words to expect",
    )


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument(
        "meeting", nargs="?", default="last", metavar="ID", help="a number from `meetings`, or last (default)"
    )
    export.add_argument("--format", choices=sorted(EXPORTERS), default="txt")
    export.add_argument(
        "--output", type=Path, metavar="PATH", help="the file to write; without it, the terminal"
    )
