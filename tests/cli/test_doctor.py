"""`captioner doctor`: its lines, its exit code, and that it always comes to an end."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from captioner.cli.doctor import FIT, UNFIT, examine
from captioner.cli.finding import Finding
from captioner.settings.choices import Settings
from captioner.settings.file import FILE_NAME, SettingsFile
from captioner.streaming import StreamingOptions
from captioner.streaming.errors import EngineUnavailableError
from tests.sound_server import CALL, MICROPHONE, ROOM, PrivateSoundServer, tone

HEARD = Finding("ok", "microphone", "it is heard", proves="sound source")
DEAF = Finding("failed", "microphone", "it is not", "Connect one")


class Link:
    """A worker process that is let go at once."""

    async def close(self) -> None:
        pass


class Engine:
    """An embedded engine whose model takes its time, or that `refuses`."""

    seconds = 0.0
    refuses: EngineUnavailableError | None = None

    async def connect(self, options: StreamingOptions) -> Link:
        await asyncio.sleep(self.seconds)
        if self.refuses:
            raise self.refuses
        return Link()


class SlowEngine(Engine):
    seconds = 3_600.0


class MissingEngine(Engine):
    refuses = EngineUnavailableError("The embedded engine is not installed here", "Set the program up again")


class Doctor:
    """Examines a folder with an engine and with ears of our own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.use(Engine, HEARD)

    def use(self, engine: type[Engine], *found: Finding) -> None:
        async def check(_settings: Settings) -> AsyncIterator[Finding]:
            for finding in found:
                yield finding

        self._monkeypatch.setattr("captioner.cli.doctor.check_sound", check)
        self._monkeypatch.setattr("captioner.cli.doctor.LocalEngine", engine)

    def examine(self, folder: Path) -> tuple[int, list[str]]:
        code = examine(folder, verbose=False)
        return code, self._capsys.readouterr().out.splitlines()


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    monkeypatch.setattr("captioner.cli.doctor.start_logging", lambda folder, verbose: None)
    return Doctor(monkeypatch, capsys)


def test_a_line_says_what_was_found_and_what_to_do(doctor: Doctor, tmp_path: Path) -> None:
    doctor.use(Engine, HEARD, Finding("warning", "system", "a\nb", "Play\tsomething"))

    code, lines = doctor.examine(tmp_path)

    assert code == FIT
    assert lines[0].startswith(f"ok       data directory: {tmp_path}, ")
    assert "ok       microphone: it is heard" in lines
    assert "warning  system: a b  → Play something" in lines
    assert lines[-1] == "Captions can run"


@pytest.mark.parametrize(
    ("engine", "found", "missing"),
    [
        (Engine, DEAF, "no sound source that works"),
        (MissingEngine, HEARD, "no engine that works"),
        (MissingEngine, DEAF, "no sound source and no engine that works"),
    ],
)
def test_what_is_missing_decides_the_exit_code(
    engine: type[Engine], found: Finding, missing: str, doctor: Doctor, tmp_path: Path
) -> None:
    doctor.use(engine, found)

    code, lines = doctor.examine(tmp_path)

    assert code == UNFIT
    assert lines[-1] == f"Captions cannot run: there is {missing}"


def test_a_folder_that_cannot_be_written_is_a_finding_like_any_other(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    code, lines = doctor.examine(tmp_path / "file" / "data")

    assert code == UNFIT
    assert lines[0].startswith("failed   data directory: The data directory")
    assert lines[0].endswith("  → Choose another with --data-dir")
    assert "ok       microphone: it is heard" in lines


def test_what_the_desktop_does_not_let_captions_do_is_pointed_out(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")

    code, lines = doctor.examine(tmp_path)

    assert code == FIT
    assert any(line.startswith("warning  on top: Wayland lets no program ask for it  → ") for line in lines)
    assert "ok       click-through: clicks reach what is below them" in lines


def test_a_full_disk_is_pointed_out(doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=20_000_000)
    monkeypatch.setattr("captioner.cli.doctor.shutil.disk_usage", lambda folder: usage)

    _, lines = doctor.examine(tmp_path)

    assert lines[0].startswith("warning  data directory:")
    assert lines[0].endswith("0.0 GB free  → Free some space")


def test_settings_that_are_no_settings_are_said_to_be_lost(doctor: Doctor, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("microphone = [")

    _, lines = doctor.examine(tmp_path)

    (line,) = [line for line in lines if "settings:" in line]
    assert line.startswith("warning  settings: they could not be read and are now ")


def test_a_model_that_is_slow_is_no_failure(
    doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor.use(SlowEngine, HEARD)
    monkeypatch.setattr("captioner.cli.doctor.LOADING", 0.01)

    code, lines = doctor.examine(tmp_path)

    assert code == FIT
    assert any(line.startswith("warning  embedded engine: its model is not loaded after") for line in lines)


def choose(folder: Path, settings: Settings) -> None:
    SettingsFile(folder / FILE_NAME).save(settings)


def test_a_language_that_the_engine_does_not_understand_is_pointed_out(
    doctor: Doctor, tmp_path: Path
) -> None:
    choose(tmp_path, Settings(language="de"))

    _, lines = doctor.examine(tmp_path)

    assert any("it understands English only; de is chosen  → Choose English, or Deepgram" in x for x in lines)


@pytest.mark.parametrize(
    ("key", "settings", "line"),
    [
        (
            "",
            Settings(engine="deepgram"),
            "failed   Deepgram: there is no key for it  → Set DEEPGRAM_API_KEY",
        ),
        ("a" * 40, Settings(engine="deepgram"), "ok       Deepgram: a key is in the environment; whether"),
        (
            "",
            Settings(engine="deepgram", deepgram_url="ws://127.0.0.1:9"),
            "ok       127.0.0.1: needs no key; whether it answers is not tried here",
        ),
        (
            "",
            Settings(engine="deepgram", deepgram_url="http://"),
            "failed   Deepgram: The server's address",
        ),
    ],
)
def test_a_network_engine_is_looked_at_without_the_network(
    key: str, settings: Settings, line: str, doctor: Doctor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_keyring(*_rest: object) -> None:
        return None

    monkeypatch.setenv("DEEPGRAM_API_KEY", key)
    monkeypatch.setattr("captioner.secrets._ask", no_keyring)
    doctor.use(MissingEngine, HEARD)
    choose(tmp_path, settings)

    code, lines = doctor.examine(tmp_path)

    assert any(each.startswith(line) for each in lines), lines
    assert code == (FIT if line.startswith("ok") else UNFIT)


def run_doctor(folder: Path, **env: str) -> tuple[int, str, float]:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "captioner", "doctor", "--data-dir", str(folder)],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout, time.monotonic() - began


@pytest.mark.engine
def test_a_computer_that_is_well_is_said_to_be(any_sound_server: PrivateSoundServer, tmp_path: Path) -> None:
    any_sound_server.play(tone(440, 60), CALL)
    any_sound_server.play(tone(1_000, 60, 0.05), ROOM)

    code, said, _ = run_doctor(tmp_path)

    assert code == FIT, said
    for words in (
        "sound server: P",
        "Desk microphone is heard: -",
        "Call is heard: -",
        "its model is loaded",
    ):
        assert words in said
    assert said.count("(the sound server has our stream there)") == 2


@pytest.mark.engine
def test_a_muted_microphone_is_found(any_sound_server: PrivateSoundServer, tmp_path: Path) -> None:
    any_sound_server.pactl("set-source-mute", MICROPHONE, "1")

    code, said, _ = run_doctor(tmp_path)

    assert code == FIT, said
    assert "warning  microphone: Desk microphone is muted in the system  → Unmute it" in said


@pytest.mark.engine
def test_a_server_that_hangs_does_not_hold_the_doctor_up(
    any_sound_server: PrivateSoundServer, tmp_path: Path
) -> None:
    os.kill(any_sound_server.process.pid, 19)

    code, said, seconds = run_doctor(tmp_path)

    assert code == UNFIT
    assert "failed   sound server: The sound server does not answer  → Start it again" in said
    assert seconds < 15


@pytest.mark.engine
def test_without_a_server_the_cause_and_the_cure_are_said(tmp_path: Path) -> None:
    code, said, _ = run_doctor(tmp_path, PULSE_SERVER=f"unix:{tmp_path}/nobody")

    assert code == UNFIT
    assert "failed   sound server: There is no sound server on this computer  → Start PipeWire" in said
    assert "Captions cannot run: there is no sound source that works" in said
