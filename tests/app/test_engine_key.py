"""The key between the settings page, a keyring and the scripted server."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from keyring import errors
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from captioner.app.engine_key import EngineKey
from captioner.secrets import ACCOUNT, ENVIRONMENT_NAME, SERVICE
from captioner.settings.choices import Settings
from captioner.streaming.errors import AuthenticationError, ConfigurationError
from captioner.ui.engine_page import EnginePage
from captioner.ui.theme import Theme
from tests.deepgram import DeepgramServer, Stall, refuse, silent
from tests.keyrings import MemoryKeyring, RefusingKeyring

KEY = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Desk:
    """A settings page and its key; `settings` are those of the moment."""

    page: EnginePage
    settings: Settings = field(default_factory=lambda: Settings(engine="deepgram"))

    def __post_init__(self) -> None:
        self.key = EngineKey(lambda: self.settings)
        self.key.attach(self.page)
        self.page.show_settings(self.settings)

    def choose(self, settings: Settings) -> None:
        self.settings = settings
        self.page.show_settings(settings)

    @property
    def said(self) -> str:
        """What is said of the last check or problem, "" = nothing."""
        result = self.page.key.result
        return result.accessibleName() if result.isVisibleTo(self.page) else ""

    def play(self, scene: Callable[[], Awaitable[None]]) -> None:
        """Carry out wishes while the scene lasts."""

        async def whole() -> None:
            working = asyncio.create_task(self.key.work())
            try:
                async with asyncio.timeout(5):
                    await scene()
            finally:
                working.cancel()
                await asyncio.wait({working})

        asyncio.run(whole())


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    memory = MemoryKeyring()
    monkeypatch.setattr("keyring.core._keyring_backend", memory)
    return memory


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", RefusingKeyring(errors.NoKeyringError()))


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    theme = Theme(qapp, "light")
    page = EnginePage(theme)
    yield Desk(page)
    page.deleteLater()
    theme.deleteLater()


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - any condition, not only events
        await asyncio.sleep(0.001)


def _type(desk: Desk, key: str) -> None:
    desk.page.key.field.setText(key)
    desk.page.key.field.textEdited.emit(key)


def test_an_entered_key_goes_into_the_keyring_and_out_of_the_field(desk: Desk, memory: MemoryKeyring) -> None:
    async def scene() -> None:
        _type(desk, f" {KEY}\n")
        desk.page.key.field.left.emit()
        await _until(lambda: desk.page.key.place == "keyring")

    desk.play(scene)

    assert memory.kept == {(SERVICE, ACCOUNT): KEY}
    assert desk.page.key.field.text() == ""


def test_what_cannot_be_a_key_is_said_and_stays_in_the_field(desk: Desk, memory: MemoryKeyring) -> None:
    async def scene() -> None:
        _type(desk, "two words")
        desk.page.key.field.left.emit()
        await _until(lambda: desk.said)

    desk.play(scene)

    assert "has a character that no key has" in desk.said
    assert desk.page.key.field.text() == "two words"
    assert memory.kept == {}


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_a_key_is_good_until_the_end_and_that_is_said(desk: Desk) -> None:
    async def scene() -> None:
        _type(desk, KEY)
        desk.page.key.field.left.emit()
        await _until(lambda: desk.said)
        assert await desk.key.for_meeting() == KEY

    desk.play(scene)

    assert desk.said == (
        "No keyring on this system. The key cannot be kept safely. Set DEEPGRAM_API_KEY instead"
    )
    assert desk.page.key.place == "memory"


def test_a_removed_key_is_gone(desk: Desk, memory: MemoryKeyring) -> None:
    memory.kept[SERVICE, ACCOUNT] = KEY

    async def scene() -> None:
        desk.key.show()
        await _until(lambda: desk.page.key.place == "keyring")
        desk.page.key.remove.click()
        await _until(lambda: desk.page.key.place is None)

    desk.play(scene)

    assert memory.kept == {}


def test_the_key_of_the_environment_is_shown_as_such_and_asks_no_keyring(
    desk: Desk, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, KEY)

    async def scene() -> None:
        desk.key.show()
        await _until(lambda: desk.page.key.place == "environment")
        assert await desk.key.for_meeting() == KEY

    desk.play(scene)

    assert desk.page.key.field.isReadOnly()
    assert memory.threads == set()


@pytest.mark.parametrize("chosen", [Settings(), Settings(engine="deepgram", deepgram_url="ws://127.0.0.1:1")])
def test_no_keyring_is_asked_for_the_embedded_engine_and_for_other_servers(
    desk: Desk, memory: MemoryKeyring, chosen: Settings
) -> None:
    memory.kept[SERVICE, ACCOUNT] = KEY
    desk.choose(chosen)

    async def scene() -> None:
        desk.key.show()
        assert await desk.key.for_meeting() is None

    desk.play(scene)

    assert memory.threads == set()


def test_a_meeting_gets_the_kept_key(desk: Desk, memory: MemoryKeyring) -> None:
    memory.kept[SERVICE, ACCOUNT] = KEY

    async def scene() -> None:
        assert await desk.key.for_meeting() == KEY

    desk.play(scene)


@pytest.mark.parametrize("ring", ["memory", "no_keyring"])
def test_without_a_key_a_meeting_is_told_the_cure(
    desk: Desk, ring: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(ring)

    async def scene() -> None:
        desk.choose(replace(desk.settings, fallback=False))
        with pytest.raises(AuthenticationError, match="There is no key for Deepgram") as caught:
            await desk.key.for_meeting()
        assert caught.value.hint
        desk.choose(replace(desk.settings, fallback=True))
        assert await desk.key.for_meeting() is None  # the embedded engine goes on without

    desk.play(scene)


def _check(desk: Desk, server: DeepgramServer) -> Callable[[], Awaitable[None]]:
    """Ask this server as the page does."""

    async def scene() -> None:
        async with server:
            desk.choose(replace(desk.settings, deepgram_url=server.url))
            desk.page.key.check.click()
            await _until(lambda: desk.said)

    return scene


def test_a_server_that_answers_is_good_and_names_the_request(desk: Desk) -> None:
    server = DeepgramServer(silent)

    desk.play(_check(desk, server))

    assert desk.said.startswith("127.0.0.1 answers")
    assert server.handshakes[0].request_id in desk.page.key.result.request.text()
    assert desk.page.deepgram.promise == "Ready"


def test_it_is_asked_for_what_a_meeting_will_ask_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT_NAME, KEY)
    server = DeepgramServer(silent, key=KEY)
    desk.choose(replace(desk.settings, language="de", keyterms=("Maya",), diarization="engine"))

    desk.play(_check(desk, server))

    asked = server.handshakes[0].query
    assert (asked["language"], asked["keyterm"], asked["diarize_model"]) == (["de"], ["Maya"], ["latest"])
    assert (asked["channels"], asked["multichannel"]) == (["2"], ["true"])
    assert server.connections[0].seconds == 0


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "refuses these options (400): Failed to deserialize"),
        (401, "127.0.0.1 does not know this key. It may have been deleted"),
        (402, "127.0.0.1 says the credit is used up. Add credit"),
        (403, "This key may not do this"),
        (404, "There is no live transcription at this address"),
        (429, "Too many sessions on this key. Another program may use it"),
        (503, "127.0.0.1 is out of order"),
    ],
)
def test_every_refusal_is_said_with_its_cure_and_its_request(desk: Desk, status: int, words: str) -> None:
    server = DeepgramServer(refuse(status))

    desk.play(_check(desk, server))

    assert words in desk.said
    assert server.handshakes[0].request_id in desk.page.key.result.request.text()
    assert len(server.handshakes) == 1


def test_a_server_that_is_not_there_is_said(desk: Desk) -> None:
    async def scene() -> None:
        desk.choose(replace(desk.settings, deepgram_url="ws://127.0.0.1:1"))
        desk.page.key.check.click()
        await _until(lambda: desk.said)

    desk.play(scene)

    assert desk.said.startswith("No way to 127.0.0.1")


def test_an_address_that_would_show_the_sound_to_everybody_is_refused(desk: Desk) -> None:
    async def scene() -> None:
        desk.choose(replace(desk.settings, deepgram_url="ws://example.com"))
        desk.page.key.check.click()
        await _until(lambda: desk.said)

    desk.play(scene)

    assert "would send sound to example.com unprotected" in desk.said


def test_without_a_key_deepgram_is_not_asked(desk: Desk, memory: MemoryKeyring) -> None:
    async def scene() -> None:
        desk.page.key.check.click()
        await _until(lambda: desk.said)

    desk.play(scene)

    assert desk.said == "There is no key for Deepgram. Paste one above"


def test_an_answer_about_another_address_is_not_shown(desk: Desk) -> None:
    async def scene() -> None:
        async with DeepgramServer(Stall(0.05, refuse(401))) as server:
            desk.choose(replace(desk.settings, deepgram_url=server.url))
            desk.page.key.check.click()
            await _until(lambda: server.handshakes)
            desk.choose(replace(desk.settings, language="de"))
            await _until(lambda: server.handshakes[0].status)
            await asyncio.sleep(0.02)

    desk.play(scene)

    assert desk.said == ""
    assert desk.page.key.check.words == "Check"


def test_a_check_that_takes_long_does_not_hold_a_meeting_up(desk: Desk) -> None:
    async def scene() -> None:
        async with DeepgramServer(Stall()) as server:
            desk.choose(replace(desk.settings, deepgram_url=server.url))
            desk.page.key.check.click()
            await _until(lambda: server.handshakes)
            assert desk.page.key.check.words == "Checking …"
            assert await desk.key.for_meeting() is None

    desk.play(scene)


def test_an_impossible_address_is_an_error_of_the_meeting(desk: Desk) -> None:
    async def scene() -> None:
        desk.choose(replace(desk.settings, deepgram_url="wss//mine"))
        with pytest.raises(ConfigurationError, match="The server's address"):
            await desk.key.for_meeting()

    desk.play(scene)


def test_the_console_is_opened_in_the_browser(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString()))

    desk.page.key.console.click()

    assert opened == ["https://console.deepgram.com/"]
