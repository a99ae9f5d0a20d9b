"""What tests of several folders share."""

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

# Tests are imported by path; this makes `tests.sound_server` an address.
sys.path.insert(0, str(Path(__file__).parents[1]))

# No test of this process may open a window where somebody works; end-to-end runs have a screen of their own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Nor may any test, or a program that it starts, ask a person's keyring or use a person's key.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ.pop("DEEPGRAM_API_KEY", None)

# The machine may be busy: no test fails for its time.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.sound_server import PrivateSoundServer


@pytest.fixture
def clock() -> "Clock":
    from tests.clock import Clock

    return Clock()


@pytest.fixture
def sound_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Generator[PrivateSoundServer]":
    """A private PulseAudio that this process and its children use; skipped where it is not installed."""
    from tests import sound_server as private

    if not private.is_installed():
        pytest.skip("pulseaudio is not installed")
    with private.private_pulseaudio(tmp_path / "sound") as server:
        _use(server, monkeypatch)
        yield server


@pytest.fixture
def pipewire_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Generator[PrivateSoundServer]":
    """The same with a private PipeWire."""
    from tests import pipewire_server as private

    if not private.is_installed():
        pytest.skip("pipewire, wireplumber or pipewire-pulse is not installed")
    with private.private_pipewire(tmp_path / "sound") as server:
        _use(server, monkeypatch)
        yield server


@pytest.fixture(params=["sound_server", "pipewire_server"], ids=["pulseaudio", "pipewire"])
def any_sound_server(request: pytest.FixtureRequest) -> "PrivateSoundServer":
    """Each test runs twice: with a private PulseAudio, and with a private PipeWire."""
    return request.getfixturevalue(request.param)


def _use(server: "PrivateSoundServer", monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PULSE_SERVER", "PULSE_COOKIE", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, server.env[name])
