"""The command line from outside: exit codes, one line for every fault, nothing but captions on stdout."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import wave
from pathlib import Path

import numpy as np
import pytest

CAPTIONER = [sys.executable, "-m", "captioner"]


def _environment() -> dict[str, str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {name: value for name, value in os.environ.items() if name not in hidden}


def _run(*arguments: str | Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*CAPTIONER, *map(str, arguments), "--data-dir", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        env=_environment(),
        check=False,
    )


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifteen seconds of the reading inside the engine's wheel."""
    from moonshine_voice import get_assets_path

    path = tmp_path_factory.mktemp("sound") / "reading.wav"
    with wave.open(f"{get_assets_path()}/two_cities.wav") as whole, wave.open(str(path), "wb") as part:
        part.setparams(whole.getparams())
        part.writeframes(whole.readframes(whole.getframerate() * 15))
    return path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> tuple[Path, str]:
    """A data directory with one meeting, and what was printed while it was heard."""
    folder = tmp_path_factory.mktemp("data") / "captioner"
    done = _run("listen", "--file", sample, "--speed", "0", "--title", "Reading", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.mark.engine
def test_each_final_is_printed_once_with_its_time(library: tuple[Path, str]) -> None:
    _, printed = library

    assert printed.startswith("[00:0")
    assert "best of times" in printed.lower()
    assert all(line[0] == "[" for line in printed.splitlines())


@pytest.mark.engine
def test_the_export_holds_what_was_printed(library: tuple[Path, str], tmp_path: Path) -> None:
    folder, printed = library

    text = _run("export", "last", folder=folder).stdout
    written = _run("export", "1", "--format", "json", "--output", tmp_path / "out.json", folder=folder)
    data = json.loads((tmp_path / "out.json").read_text())

    assert text.endswith(printed)
    assert written.returncode == 0
    assert data["meeting"]["title"] == "Reading"
    assert data["meeting"]["engine"] == "local"
    assert [segment["text"] for segment in data["segments"]] == [
        line.split("] ", 1)[1] for line in printed.splitlines()
    ]
    assert data["gaps"] == []


@pytest.mark.engine
def test_the_meeting_is_listed(library: tuple[Path, str]) -> None:
    folder, _ = library

    assert "Reading" in _run("meetings", folder=folder).stdout


@pytest.mark.engine
def test_everything_in_the_data_directory_is_for_its_owner_only(library: tuple[Path, str]) -> None:
    folder, _ = library

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}

    assert set(modes.values()) == {0o700, 0o600}
    assert all((mode == 0o700) == path.is_dir() for path, mode in modes.items())


@pytest.mark.engine
def test_json_lines_hold_every_event_and_what_is_shown(sample: Path, tmp_path: Path) -> None:
    done = _run("listen", "--file", sample, "--speed", "0", "--json", "--no-save", folder=tmp_path)

    events = [json.loads(line) for line in done.stdout.splitlines()]
    captions = [event for event in events if event["type"] == "caption"]

    assert all({"at", "audio", "type"} <= set(event) for event in events)
    assert events[-1]["type"] == "closed"
    assert set(captions[0]) == {
        "type", "segment", "channel", "speaker", "committed", "tail", "final", "audio", "at",
    }  # fmt: skip
    finals = [event["transcript"] for event in events if event["type"] == "transcript" and event["is_final"]]
    assert [caption["committed"] for caption in captions if caption["final"]] == finals
    assert not (tmp_path / "captioner.db").exists()


@pytest.mark.engine
def test_killed_in_the_middle_every_printed_final_is_in_the_database(sample: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [*CAPTIONER, "listen", "--file", str(sample), "--speed", "4", "--data-dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    ) as running:
        assert running.stdout
        printed = [running.stdout.readline(), running.stdout.readline()]
        running.kill()
        printed += running.stdout.readlines()

    with sqlite3.connect(tmp_path / "captioner.db") as connection:
        saved = [row[0] for row in connection.execute("SELECT text FROM segment")]
    connection.close()

    assert all(line.strip().split("] ", 1)[1] in saved for line in printed)
    assert "Reading" not in _run("export", folder=tmp_path).stderr


@pytest.mark.engine
def test_without_a_key_the_embedded_engine_listens_and_the_reason_is_said(
    sample: Path, tmp_path: Path
) -> None:
    done = _run("listen", "--file", sample, "--engine", "auto", "--speed", "4", folder=tmp_path)

    assert done.returncode == 0
    assert "best of times" in done.stdout.lower()
    assert [line.split(".")[0] for line in done.stderr.splitlines()] == [
        "captioner: There is no key for Deepgram",
        "captioner: Local engine took over",
    ]
    exported = json.loads(_run("export", "--format", "json", folder=tmp_path).stdout)
    assert exported["meeting"]["engine"] == "deepgram"
    assert exported["gaps"] == []


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["local", "auto"])
def test_interrupted_it_says_its_last_words_and_ends_well(sample: Path, tmp_path: Path, engine: str) -> None:
    words = ["listen", "--file", str(sample), "--engine", engine, "--json", "--data-dir", str(tmp_path)]
    with subprocess.Popen(
        [*CAPTIONER, *words],
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(),
    ) as running:
        assert running.stdout
        lines = [running.stdout.readline()]
        while json.loads(lines[-1])["type"] != "caption":
            lines.append(running.stdout.readline())
        asked = time.monotonic()
        running.send_signal(signal.SIGINT)
        lines += running.stdout.readlines()
        code = running.wait()

    assert code == 0
    assert time.monotonic() - asked < 5
    assert json.loads(lines[-1])["type"] == "closed"
    assert any(event["type"] == "caption" and event["final"] for event in map(json.loads, lines))


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _faults(folder: Path) -> dict[str, tuple[list[str | Path], str]]:
    """What can go wrong before anything is heard: arguments, and what the one line must name."""
    listen = ["listen", "--no-save", "--file"]
    return {
        "missing": ([*listen, folder / "none.wav"], "none.wav"),
        "folder": ([*listen, folder], "folder"),
        "empty": ([*listen, _write(folder / "empty.wav", b"")], "empty.wav"),
        "text": ([*listen, _write(folder / "note.txt", b"hello world " * 50)], "note.txt"),
        "random": (
            [*listen, _write(folder / "random.mp3", np.random.default_rng(1).bytes(5000))],
            "random.mp3",
        ),
        "speed": ([*listen, folder / "none.wav", "--speed", "-1"], "--speed"),
        "verb": (["dance"], "dance"),
        "no key": (["listen", "--engine", "deepgram"], "DEEPGRAM_API_KEY"),
        "engine": (["listen", "--engine", "whisper"], "deepgram"),
        "unknown option": (["listen", "--loud"], "--loud"),
        "both": ([*listen, folder / "none.wav", "--mic"], "--file"),
        "no meeting": (["export"], "no meeting"),
        "no number": (["export", "first"], "first"),
        "format": (["export", "--format", "pdf"], "pdf"),
        "no display": ([], "display"),
    }


@pytest.mark.parametrize(
    "name",
    [
        "missing",
        "folder",
        "empty",
        "text",
        "random",
        "speed",
        "verb",
        "no key",
        "engine",
        "unknown option",
        "both",
        "no meeting",
        "no number",
        "format",
        "no display",
    ],
)
def test_a_fault_is_one_line_with_its_cause_and_exit_2(name: str, tmp_path: Path) -> None:
    arguments, named = _faults(tmp_path)[name]

    done = _run(*arguments, folder=tmp_path / "data")

    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert named.lower() in done.stderr.lower()


def test_a_data_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    in_the_way = _write(tmp_path / "file", b"")

    done = _run("meetings", folder=in_the_way / "data")

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "--data-dir" in done.stderr
