"""The program as a person meets it: real windows, real sound, the real engine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import sound_server as sound
from tests.end_to_end import display
from tests.end_to_end.program import CAPTIONS, PANEL, finals, program

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.engine,
    pytest.mark.skipif(not display.is_installed(), reason="Xvfb, openbox, xdotool or scrot is not installed"),
]


def _export(folder: Path) -> dict[str, list[dict[str, str]]]:
    done = subprocess.run(
        [sys.executable, "-m", "captioner", "export", "--format", "json", "--data-dir", str(folder)],
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def _has_caption(screen: display.PrivateDisplay) -> bool:
    window = screen.window(CAPTIONS)
    assert window
    box = screen.geometry(window)
    upper = display.Geometry(box.x + 30, box.y + 20, box.width - 60, box.height // 2)
    return display.bright_pixels(screen.picture(), upper) > 100


def test_the_demo_shows_captions_over_the_panel_and_saves_them(
    screen: display.PrivateDisplay, tmp_path: Path
) -> None:
    with program(screen, tmp_path / "data", "demo"):
        assert not _has_caption(screen)
        display.until(lambda: _has_caption(screen))
        display.until(lambda: finals(tmp_path / "data"))

    assert "best of times" in finals(tmp_path / "data")[0].lower()


def test_what_the_computer_plays_is_captioned_and_saved_as_others(
    screen: display.PrivateDisplay, sound_server: sound.PrivateSoundServer, tmp_path: Path
) -> None:
    from moonshine_voice import get_assets_path

    folder = tmp_path / "data"
    to_server = {name: sound_server.env[name] for name in ("PULSE_SERVER", "PULSE_COOKIE")}
    with program(screen, folder, env=to_server):
        panel = screen.window(PANEL)
        assert panel
        screen.press(panel, "ctrl+alt+p")
        display.until(lambda: "captioner" in sound_server.pactl("list", "source-outputs"))
        sound_server.play_into_sink(Path(get_assets_path()) / "two_cities.wav", sound.CALL)
        display.until(lambda: _has_caption(screen))
        display.until(lambda: finals(folder))

    segments = _export(folder)["segments"]
    assert {segment["speaker"] for segment in segments} == {"Others"}
    assert "best of times" in segments[0]["text"].lower()
