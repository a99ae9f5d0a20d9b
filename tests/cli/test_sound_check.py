"""What is said of each thing that can be wrong with the sound: sources are played by a script."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from captioner.audio.devices import Device
from captioner.audio.probe import ServerFacts, Whereabouts
from captioner.audio.server.pulse import NoSoundServerError
from captioner.audio.source import LiveSource, Loss
from captioner.cli.finding import Finding
from captioner.cli.sound_check import RESTART, Opener, check_sound
from captioner.settings.choices import Settings
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame
from tests.audio.virtual import run

DESK = Device("desk", "Desk", "microphone", is_default=True)
BUDS = Device("buds", "Buds", "microphone", is_default=False, is_telephone=True)
CALL = Device("call", "Call", "system", is_default=True)
SCREEN = Device("hdmi", "Screen", "system", is_default=False)
ZOOM = Device("app:Zoom", "Zoom", "application", is_default=False)

RNG = np.random.default_rng(1)
SPEECH = np.clip(RNG.normal(0, 2_000, 32_000), -20_000, 20_000).astype(np.int16)
NOISE = RNG.normal(0, 3, 32_000).astype(np.int16)
SILENCE = np.zeros(32_000, np.int16)
OFFSET = np.full(32_000, 7, np.int16)
LOUD = np.where(SPEECH > 0, 32_767, -32_768).astype(np.int16)
NOTHING = np.empty(0, np.int16)


class Played:
    """A source that gives these samples and then nothing more; or `refuses` to be opened."""

    channels = 1

    def __init__(
        self,
        samples: NDArray[np.int16] = SPEECH,
        device: str | None = "Desk",
        *,
        loss: Loss | None = None,
        refuses: SourceError | None = None,
    ) -> None:
        self.device = device
        self.loss = loss
        self._refuses = refuses
        self._frames = [
            AudioFrame(start, samples[start : start + 320].reshape(-1, 1))
            for start in range(0, samples.size, 320)
        ]

    async def __aenter__(self) -> Self:
        if self._refuses:
            raise self._refuses
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        if not self._frames:
            await asyncio.sleep(3_600)
        return self._frames.pop(0)


def opening(source: LiveSource) -> Opener:
    return lambda device: source


def facts(*devices: Device, playing: tuple[tuple[str, str], ...] = ()) -> ServerFacts:
    return ServerFacts("PulseAudio 16.1", devices or (DESK, BUDS, CALL, SCREEN, ZOOM), playing)


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> list[Whereabouts]:
    """Where the server says that our streams are: filled by a test."""
    places: list[Whereabouts] = []
    monkeypatch.setattr("captioner.audio.probe._our_places", lambda: tuple(places))
    monkeypatch.setattr("captioner.cli.sound_check.shutil.which", lambda name: f"/usr/bin/{name}")
    return places


def findings(
    *,
    microphone: LiveSource | None = None,
    system: LiveSource | None = None,
    settings: Settings | None = None,
    known: ServerFacts | None = None,
) -> list[Finding]:
    async def collected() -> list[Finding]:
        found = check_sound(
            settings or Settings(),
            ask_server=lambda: known or facts(),
            microphone=opening(microphone or Played()),
            system=opening(system or Played(device="Call")),
        )
        return [finding async for finding in found]

    return run(collected())


def only(what: str, found: list[Finding]) -> Finding:
    (finding,) = [finding for finding in found if finding.what == what]
    return finding


def test_all_that_is_well_is_said_with_figures() -> None:
    found = findings()

    assert [finding.verdict for finding in found] == ["ok"] * 5
    assert [finding.what for finding in found] == ["sound server", "parec", "devices", "microphone", "system"]
    assert "Desk is heard: -24 dBFS, at most -" in str(found[3])
    assert {finding.proves for finding in found[3:]} == {"sound source"}


@pytest.mark.parametrize(
    ("samples", "verdict", "words"),
    [
        (SILENCE, "warning", "Desk gives digital silence, not even noise  → Look for a switch on it"),
        (OFFSET, "warning", "digital silence"),
        (NOISE, "ok", "quiet  → Speak while this runs"),
        (LOUD, "warning", "too loud  → Turn it down"),
    ],
)
def test_a_microphone_is_judged_by_what_it_gives(
    samples: NDArray[np.int16], verdict: str, words: str
) -> None:
    finding = only("microphone", findings(microphone=Played(samples)))

    assert (finding.verdict, finding.proves) == (verdict, "sound source")
    assert words in str(finding)


def test_a_muted_microphone_is_told_from_a_dead_one(server: list[Whereabouts]) -> None:
    server.append(Whereabouts("Desk", "microphone", is_muted=True))

    found = findings(microphone=Played(SILENCE), settings=Settings(system_on=False))

    assert "Desk is muted in the system  → Unmute it" in str(only("microphone", found))
    assert "switched off in the settings" in str(only("system", found))


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Whereabouts("Screen", "system", False), "the sound server gives Screen instead of Desk"),
        (Whereabouts("Buds", "microphone", False), "the sound server gives Buds instead of Desk"),
    ],
)
def test_a_stream_that_is_somewhere_else_is_a_failure(
    place: Whereabouts, words: str, server: list[Whereabouts]
) -> None:
    server.append(place)

    finding = only("microphone", findings())

    assert (finding.verdict, finding.proves) == ("failed", None)
    assert words in str(finding)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Played(NOTHING), "Desk is open, but no sound arrives  → Plug it in again"),
        (
            Played(NOTHING, loss=Loss(0, "busy", "Another program holds it", "Close Zoom")),
            "no sound arrives from Desk: Another program holds it  → Close Zoom",
        ),
        (
            Played(NOTHING, None, loss=Loss(0, "server", "The sound server stopped", "Wait")),
            f"no sound arrives from Desk: The sound server stopped  → {RESTART}",
        ),
        (
            Played(refuses=SourceError("There is no microphone", "Connect one")),
            "There is no microphone  → Connect one",
        ),
    ],
)
def test_a_microphone_without_sound_fails_with_cause_and_cure(source: LiveSource, words: str) -> None:
    finding = only("microphone", findings(microphone=source))

    assert (finding.verdict, finding.proves) == ("failed", None)
    assert words in str(finding)


def test_a_chosen_device_that_is_not_connected_is_named_and_what_stands_in_is_judged() -> None:
    found = findings(settings=Settings(microphone="alsa_input.gone"))

    judged, missing = (finding for finding in found if finding.what == "microphone")
    assert (judged.verdict, judged.proves) == ("ok", "sound source")
    assert missing.verdict == "warning"
    assert "the chosen device is not connected, Desk stands in for it  → Connect it" in str(missing)


@pytest.mark.parametrize("samples", [SILENCE, NOTHING], ids=["silence", "asleep"])
@pytest.mark.parametrize(
    ("playing", "verdict", "words"),
    [
        ((), "ok", "Call is open, nothing plays now  → Play something and look again"),
        ((("Zoom", "hdmi"),), "warning", "Call is silent, and Zoom plays on Screen  → Choose that"),
        ((("Zoom", "hdmi"), ("mpv", "call")), "ok", "Call is silent, though mpv has it open"),
    ],
)
def test_a_silent_call_says_what_plays_and_where(
    samples: NDArray[np.int16], playing: tuple[tuple[str, str], ...], verdict: str, words: str
) -> None:
    found = findings(system=Played(samples, "Call"), known=facts(playing=playing))

    finding = only("system", found)
    assert (finding.verdict, finding.proves) == (verdict, "sound source")
    assert words in str(finding)


def test_a_program_is_heard_where_it_plays(server: list[Whereabouts]) -> None:
    server.append(Whereabouts("Screen", "system", is_muted=False))
    chosen = Settings(microphone_on=False, system="app:Zoom")

    finding = only("system", findings(system=Played(device="Zoom"), settings=chosen))

    assert finding.verdict == "ok"
    assert "Zoom is heard" in str(finding)


def test_the_telephone_of_a_bluetooth_headset_is_pointed_out() -> None:
    found = findings(microphone=Played(device="Buds"), settings=Settings(microphone="buds"))

    notes = [str(finding) for finding in found if finding.verdict == "warning"]
    assert notes == [
        "microphone: while Buds is heard, its headset plays in telephone quality"
        "  → Choose another microphone for better sound"
    ]


@pytest.mark.parametrize(
    ("devices", "words"),
    [
        ((CALL, SCREEN), "0 microphones, 2 outputs  → Connect a microphone"),
        ((DESK,), "1 microphone, 0 outputs  → Connect a loudspeaker or headset"),
        ((BUDS, CALL), "no microphone is the default  → Choose a microphone in the system's"),
    ],
)
def test_missing_devices_are_counted(devices: tuple[Device, ...], words: str) -> None:
    finding = only("devices", findings(known=facts(*devices)))

    assert finding.verdict == "warning"
    assert words in str(finding)


def refused(error: SourceError) -> list[Finding]:
    def ask() -> ServerFacts:
        raise error

    async def collected() -> list[Finding]:
        return [finding async for finding in check_sound(Settings(), ask_server=ask)]

    return asyncio.run(collected())


def test_a_server_that_hangs_is_said_and_nothing_else_is_asked_of_it() -> None:
    (finding,) = refused(SourceError("The sound server does not answer"))

    assert finding.verdict == "failed"
    assert finding.remedy == RESTART


def test_without_a_server_the_cure_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = NoSoundServerError("There is no sound server on this computer", "Start PipeWire")

    def nothing() -> list[Device]:
        raise missing

    monkeypatch.setattr("captioner.cli.sound_check.list_devices", nothing)
    found = refused(missing)

    assert [str(finding) for finding in found if finding.verdict == "failed"] == [
        "sound server: There is no sound server on this computer  → Start PipeWire"
    ]


def test_a_missing_parec_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("captioner.cli.sound_check.shutil.which", lambda name: None)

    finding = only("parec", findings())

    assert (finding.verdict, finding.remedy) == ("failed", "Install pulseaudio-utils")
