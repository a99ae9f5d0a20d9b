"""The provider goes away in the middle of a meeting and comes back, as a person sees it."""

import asyncio
import threading
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor

from captioner.ui.overlay.box import SHADOW
from captioner.ui.tokens import DARK
from tests import sound_server as sound
from tests.deepgram import Connection, DeepgramServer
from tests.end_to_end import display
from tests.end_to_end.program import CAPTIONS, PANEL, finals, program

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.engine,
    pytest.mark.skipif(not display.is_installed(), reason="Xvfb, openbox, xdotool or scrot is not installed"),
]


class Provider:
    """A Deepgram of our own on a loop of its own; it says the same words every second."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self.server = DeepgramServer(self._talk)

    async def _talk(self, connection: Connection) -> None:
        second = 0
        while True:
            second += 1
            await connection.wait_audio(second)
            await connection.results("said by the provider", second - 1.0, 1.0, speech_final=True, channel=1)
            await connection.results("", second - 1.0, 1.0, channel=0)

    def do(self, work: Coroutine[Any, Any, Any]) -> None:
        """Have something done on the provider's loop."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    @contextmanager
    def running(self) -> Generator[None]:
        thread = threading.Thread(target=self._loop.run_forever)
        thread.start()
        try:
            self.do(self.server.__aenter__())
            yield
            self.do(self.server.__aexit__(None, None, None))
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()


def _strip(screen: display.PrivateDisplay) -> str:
    """The colour behind the words of state at the foot of the captions."""
    window = screen.window(CAPTIONS)
    assert window
    box = screen.geometry(window)
    return QColor(screen.picture().pixel(box.x + box.width // 2, box.y + box.height - SHADOW - 4)).name()


def _shows(screen: display.PrivateDisplay, tint: str) -> bool:
    return _strip(screen) == tint.lower()


def test_the_provider_goes_and_comes_back_and_the_windows_say_so(
    screen: display.PrivateDisplay, sound_server: sound.PrivateSoundServer, tmp_path: Path
) -> None:
    from moonshine_voice import get_assets_path

    folder, provider = tmp_path / "data", Provider()
    folder.mkdir()
    to_server = {name: sound_server.env[name] for name in ("PULSE_SERVER", "PULSE_COOKIE")}
    with provider.running():
        settings = f'engine = "deepgram"\ndeepgram_url = "{provider.server.url}"\n'
        (folder / "settings.toml").write_text(settings)
        with program(screen, folder, env=to_server):
            panel = screen.window(PANEL)
            assert panel
            screen.press(panel, "ctrl+alt+p")
            display.until(lambda: "captioner" in sound_server.pactl("list", "source-outputs"))
            sound_server.play_into_sink(Path(get_assets_path()) / "two_cities.wav", sound.CALL)
            # A room is never silent like a microphone that is muted, of which would be told first.
            sound_server.play(
                np.random.default_rng(1).normal(0, 9, 180 * sound.RATE).astype(np.int16), sound.ROOM
            )
            display.until(lambda: finals(folder))

            provider.do(provider.server.shut("refuse"))
            display.until(lambda: _shows(screen, DARK.warn_bg))
            display.until(lambda: _shows(screen, DARK.info_bg))
            display.until(lambda: "said by the provider" not in finals(folder)[-1])
            provider.do(provider.server.open())
            display.until(lambda: _shows(screen, DARK.good_bg), seconds=60)
