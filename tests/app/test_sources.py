"""What is ticked and chosen, between the lists, the devices and a meeting that hears them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from captioner.app.board import Board
from captioner.app.preview import Name
from captioner.app.sources import Hardware, Sources
from captioner.audio.devices import Device
from captioner.meeting.listener import State
from captioner.settings.choices import Settings
from captioner.ui.overlay.window import Overlay
from captioner.ui.panel import Panel
from captioner.ui.sound_page import SoundPage
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme
from captioner.ui.tray import Tray
from tests.app.devices import BROWSER, BUILT_IN, CAMERA, HEADSET, PlayedWatch
from tests.tape import Tape

BOTH = Settings()
NONE = Settings(microphone_on=False, system_on=False)
CALL = Settings(microphone_on=False)


class HeardMeeting:
    """Notes what it is asked for; its state follows a moment later, as a meeting's does."""

    def __init__(self) -> None:
        self.state = State.LISTENING
        self.asked: list[str] = []

    def pause(self) -> None:
        self.asked.append("pause")

    def resume(self) -> None:
        self.asked.append("resume")

    def follow_choices(self) -> None:
        self.asked.append("follow")


class Desk:
    """Sources with what they talk to. `choose(settings)` is what a tick or a list does."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.settings = BOTH
        self.lists: list[tuple[Sequence[Device], Sequence[Device]]] = []
        self.opened: list[tuple[Name, str | None]] = []
        self.watch = PlayedWatch()
        self.meeting = HeardMeeting()
        self.sources = Sources(
            board,
            lambda: self.settings,
            lambda calls, microphones: self.lists.append((calls, microphones)),
            Hardware(lambda: self.watch, self._open),
        )

    def _open(self, name: Name, device: str | None) -> Tape:
        self.opened.append((name, device))
        return Tape(0, 1, endless=True)

    def choose(self, settings: Settings) -> None:
        before, self.settings = self.settings, settings
        self.sources.choose(before)

    def hear(self, state: State = State.LISTENING, *, hears_devices: bool = True) -> list[str]:
        """A meeting is in this state; returns the list of what it will be asked for."""
        self.meeting.state = state
        self.sources.begin(self.meeting, hears_devices=hears_devices)
        return self.meeting.asked

    @property
    def notices(self) -> dict[str, str]:
        return {code: notice.title for code, notice in self.board.notices.items()}

    def follow(self, scene: Callable[[], Awaitable[None]]) -> None:
        """Keep the lists true while the scene lasts."""

        async def whole() -> None:
            shown = asyncio.Event()
            shown.set()
            self.watch = PlayedWatch(CAMERA, BUILT_IN)
            following = asyncio.create_task(self.sources.follow(shown))
            try:
                async with asyncio.timeout(5):
                    await scene()
            finally:
                following.cancel()
                await asyncio.wait({following})
            assert not self.watch.is_open

        asyncio.run(whole())

    async def until(self, condition: Callable[[], object]) -> None:
        while not condition():  # noqa: ASYNC110 - any condition, not only events
            await asyncio.sleep(0.001)


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    theme, slots = Theme(qapp, "light"), SpeakerSlots()
    windows = Panel(theme, slots), Overlay(theme, slots), Tray(theme)
    yield Desk(Board(*windows, lambda: "On this computer", lambda: None))
    for window in windows:
        window.deleteLater()


def test_another_device_is_heard_at_once(desk: Desk) -> None:
    asked = desk.hear()

    desk.choose(replace(BOTH, microphone="headset"))
    desk.choose(replace(BOTH, microphone="headset", system="app:Firefox"))

    assert asked == ["follow", "follow"]


def test_a_source_that_is_ticked_off_is_closed_at_once_and_heard_again_when_it_is_on(desk: Desk) -> None:
    asked = desk.hear()

    desk.choose(CALL)
    desk.choose(BOTH)

    assert asked == ["follow", "follow"]


def test_other_choices_do_not_touch_the_sound(desk: Desk) -> None:
    asked = desk.hear()

    desk.choose(replace(BOTH, locked=True, theme="dark"))

    assert asked == []


def test_the_last_tick_off_pauses_and_says_so_and_the_next_one_goes_on(desk: Desk) -> None:
    asked = desk.hear()

    desk.choose(CALL)
    desk.choose(NONE)
    assert asked == ["follow", "pause"]
    assert desk.notices == {"sources": "No sound source is chosen"}
    desk.meeting.state = State.PAUSED
    desk.choose(CALL)

    assert asked == ["follow", "pause", "resume"]
    assert desk.notices == {}


def test_who_changes_their_mind_before_the_pause_has_begun_is_heard(desk: Desk) -> None:
    asked = desk.hear()

    desk.choose(NONE)
    desk.choose(CALL)

    assert asked == ["pause", "resume"]


def test_a_pause_that_was_wished_for_stays_whatever_is_ticked(desk: Desk) -> None:
    asked = desk.hear(State.PAUSED)

    desk.choose(NONE)
    desk.choose(CALL)
    desk.choose(BOTH)
    assert asked == []
    desk.sources.resume()

    assert asked == ["resume"]


def test_resume_with_nothing_ticked_says_what_to_do(desk: Desk) -> None:
    asked = desk.hear(State.PAUSED)
    desk.choose(NONE)

    desk.sources.resume()
    assert asked == []
    assert desk.notices == {"sources": "No sound source is chosen"}
    desk.choose(CALL)

    assert desk.notices == {}


@pytest.mark.parametrize("settings", [BOTH, NONE])
def test_a_meeting_begins_only_with_something_to_hear(desk: Desk, settings: Settings) -> None:
    desk.settings = settings

    assert desk.sources.are_any() is (settings is BOTH)
    assert ("sources" in desk.notices) is (settings is NONE)


@pytest.mark.parametrize("state", [State.IDLE, State.STOPPING])
def test_without_a_running_meeting_a_choice_waits_for_the_next(desk: Desk, state: State) -> None:
    asked = desk.hear(state)

    desk.choose(CALL)
    desk.choose(NONE)

    assert asked == []
    assert desk.notices == {}


def test_a_recording_is_heard_whatever_is_ticked(desk: Desk) -> None:
    asked = desk.hear(hears_devices=False)

    desk.choose(NONE)
    desk.sources.resume()

    assert asked == ["resume"]
    assert desk.notices == {}


def test_the_lists_follow_what_is_plugged_in_and_what_plays(desk: Desk) -> None:
    async def scene() -> None:
        await desk.until(lambda: desk.lists)
        desk.watch.becomes(CAMERA, HEADSET, BUILT_IN, BROWSER)
        await desk.until(lambda: len(desk.lists) == 2)

    desk.follow(scene)

    assert desk.lists == [([BUILT_IN], [CAMERA]), ([BUILT_IN, BROWSER], [CAMERA, HEADSET])]


def test_a_chosen_device_that_was_renumbered_keeps_the_id_it_was_chosen_by(desk: Desk) -> None:
    old, new = "alsa_input.usb-X-00.analog-stereo", "alsa_input.usb-X-00.2.analog-stereo"
    desk.settings = Settings(microphone=old)

    async def scene() -> None:
        await desk.until(lambda: desk.lists)
        desk.watch.becomes(CAMERA, replace(HEADSET, id=new))
        await desk.until(lambda: len(desk.lists) == 2)

    desk.follow(scene)

    assert desk.lists[-1][1] == [CAMERA, replace(HEADSET, id=old)]


def test_without_any_device_that_is_said_until_there_is_one(desk: Desk) -> None:
    async def scene() -> None:
        await desk.until(lambda: desk.lists)
        desk.watch.becomes()
        await desk.until(lambda: "devices" in desk.notices)
        desk.watch.becomes(CAMERA)
        await desk.until(lambda: not desk.notices)

    desk.follow(scene)


def test_a_running_meeting_says_itself_what_it_lost(desk: Desk) -> None:
    desk.hear()

    async def scene() -> None:
        await desk.until(lambda: desk.lists)
        desk.watch.becomes()
        await desk.until(lambda: len(desk.lists) == 2)

    desk.follow(scene)

    assert desk.notices == {}


@pytest.fixture
def page(qapp: QApplication, desk: Desk) -> Iterator[SoundPage]:
    page = SoundPage(Theme(qapp, "light"))
    desk.sources.attach(page)
    yield page
    page.deleteLater()


def test_the_page_of_the_sound_hears_what_is_chosen(desk: Desk, page: SoundPage) -> None:
    desk.settings = Settings(microphone="camera", system="app:Firefox")

    async def scene() -> None:
        page.show()
        await desk.until(lambda: len(desk.opened) == 2)
        desk.choose(replace(desk.settings, system_on=False, microphone=None))
        await desk.until(lambda: len(desk.opened) == 3)

    desk.follow(scene)

    assert desk.opened == [("system", "app:Firefox"), ("microphone", "camera"), ("microphone", None)]


@pytest.mark.parametrize("state", [State.STARTING, State.LISTENING, State.PAUSED])
def test_it_opens_nothing_beside_a_meeting_nor_in_its_pauses(
    desk: Desk, page: SoundPage, state: State
) -> None:
    desk.hear(state)

    async def scene() -> None:
        page.show()
        await desk.until(lambda: desk.lists)
        await asyncio.sleep(0.1)

    desk.follow(scene)

    assert desk.opened == []


@pytest.mark.parametrize("chosen", [None, "headset"])
def test_it_leaves_a_headset_alone_that_would_sound_like_a_telephone(
    desk: Desk, page: SoundPage, chosen: str | None
) -> None:
    desk.settings = Settings(microphone=chosen)
    headset = replace(HEADSET, is_default=True)

    async def scene() -> None:
        desk.watch.becomes(headset, BUILT_IN)
        await desk.until(lambda: desk.lists[-1][1] == [headset])
        page.show()
        await desk.until(lambda: desk.opened)

    desk.follow(scene)

    assert desk.opened == [("system", None)]
