"""What is listened to: the lists of devices are always current, and every choice acts at once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from captioner.app.board import Board
from captioner.app.preview import Open, Preview, Wish, device_source
from captioner.meeting.listener import Notice, State
from captioner.settings.choices import Settings

if TYPE_CHECKING:  # what the first window does not need is imported behind it
    from captioner.audio.devices import Device, Kind
    from captioner.audio.watch import DeviceChange
    from captioner.ui.sound_page import SoundPage

NONE_CHOSEN, NO_DEVICES = "sources", "devices"
"""The codes of two notices: nothing is ticked, and there is nothing that could be."""

Show = Callable[["Sequence[Device]", "Sequence[Device]"], None]
"""Fills the lists with what can be heard of the call, and with the microphones."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What tells of devices, and what opens one. Both are made in a thread."""

    watch: "Callable[[], AbstractAsyncContextManager[AsyncIterator[DeviceChange]]]"
    open_source: Open


class Hearing(Protocol):
    """A meeting, as far as it is about what it hears."""

    @property
    def state(self) -> State: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def follow_choices(self) -> None: ...


class Sources:
    """Between the devices of this computer, the person's choices and the meeting that hears them.

    While nothing is ticked the meeting is paused: nothing is heard or kept, and that is said. What is ticked
    next ends that pause; a pause that the person wished for it does not end.
    """

    def __init__(
        self,
        board: Board,
        settings: Callable[[], Settings],
        show: Show,
        hardware: Hardware | None = None,
    ) -> None:
        self._board = board
        self._settings = settings
        self._show = show
        self._hardware = hardware or Hardware(_watch, device_source)
        self._preview = Preview(self._previewed, self._hardware.open_source)
        self._devices: Sequence[Device] = ()
        self._meeting: Hearing | None = None
        self._hears_devices = True
        self._is_paused_by_choice = False

    def attach(self, page: "SoundPage") -> None:
        """Serve the page where the sound is chosen."""
        self._preview.attach(page)
        self.show()

    async def follow(self, shown: asyncio.Event) -> None:
        """Keep lists and levels true for as long as the program runs, once the first window is `shown`.

        Beside the commands: a sound server that does not answer holds nothing else up.
        """
        await shown.wait()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_devices(), name="device lists")
            tasks.create_task(self._preview.run(), name="preview")

    # -- the lists

    async def _follow_devices(self) -> None:
        async with await asyncio.to_thread(self._hardware.watch) as watch:
            async for change in watch:
                self._devices = change.devices
                self.show()
                self._tell_of_none()

    def _previewed(self) -> Wish:
        """What may be heard for its level alone: nothing while a meeting runs, or is paused.

        Nor a microphone that would make a headset that somebody listens with sound like a telephone.
        """
        if self._is_running:
            return {}
        settings = self._settings()
        wish: Wish = {"system": settings.system} if settings.system_on else {}
        if settings.microphone_on and not self._is_telephone(settings.microphone):
            wish["microphone"] = settings.microphone
        return wish

    def _is_telephone(self, microphone: str | None) -> bool:
        return any(
            device.is_telephone and (device.is_default if microphone is None else device.id == microphone)
            for device in self._known_as("microphone", microphone)
        )

    def _tell_of_none(self) -> None:
        """A running meeting says itself what it has lost."""
        if self._devices:
            self._board.forget(NO_DEVICES)
        elif not self._is_running:
            words = "Connect a microphone or a headset. `captioner doctor` says what is wrong."
            self._board.say(Notice(NO_DEVICES, "There is no sound device", words))

    def show(self) -> None:
        """Fill the lists."""
        settings = self._settings()
        calls = self._known_as("system", settings.system)
        microphones = self._known_as("microphone", settings.microphone)
        self._show([*calls, *self._of("application")], microphones)

    def _of(self, kind: "Kind") -> "list[Device]":
        return [device for device in self._devices if device.kind == kind]

    def _known_as(self, kind: "Kind", chosen: str | None) -> "list[Device]":
        """The devices of a kind. One that was chosen before the system renumbered it keeps that id here."""
        from captioner.audio.identity import same_device

        devices = self._of(kind)
        same = chosen and same_device(chosen, [device.id for device in devices])
        return [replace(device, id=chosen) if chosen and device.id == same else device for device in devices]

    # -- the choices

    def begin(self, meeting: Hearing, *, hears_devices: bool) -> None:
        """Another meeting; one that hears a recording has no choice of devices."""
        self._meeting, self._hears_devices = meeting, hears_devices
        self._is_paused_by_choice = False

    def choose(self, before: Settings) -> None:
        """The choices are others than `before`."""
        settings = self._settings()
        if _chosen(settings) == _chosen(before):
            return
        is_any = settings.microphone_on or settings.system_on
        if is_any:
            self._board.forget(NONE_CHOSEN)
        meeting = self._meeting
        if meeting is None or not self._is_running or not self._hears_devices:
            return
        if is_any and self._is_paused_by_choice:
            self.resume()
        elif meeting.state is State.PAUSED:
            return  # what is chosen by then is opened by Resume
        elif is_any:
            meeting.follow_choices()
        else:
            self._is_paused_by_choice = True
            meeting.pause()
            words = "The meeting is paused. It goes on when the call or the microphone is ticked."
            self._say_none(words)

    @property
    def _is_running(self) -> bool:
        return self._meeting is not None and self._meeting.state not in (State.IDLE, State.STOPPING)

    def resume(self) -> None:
        """Open what is chosen again."""
        if self._meeting and (not self._hears_devices or self.are_any()):
            self._is_paused_by_choice = False
            self._meeting.resume()

    def are_any(self) -> bool:
        """Whether there is anything to listen to; if not, the person is told."""
        settings = self._settings()
        if settings.microphone_on or settings.system_on:
            return True
        self._say_none("Tick the call, the microphone, or both.")
        return False

    def _say_none(self, words: str) -> None:
        self._board.say(Notice(NONE_CHOSEN, "No sound source is chosen", words))


def _chosen(settings: Settings) -> tuple[object, ...]:
    return settings.microphone_on, settings.microphone, settings.system_on, settings.system


def _watch() -> "AbstractAsyncContextManager[AsyncIterator[DeviceChange]]":
    from captioner.audio.watch import DeviceWatch

    return DeviceWatch()
