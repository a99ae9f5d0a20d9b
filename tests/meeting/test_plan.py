"""Choices become a plan."""

import asyncio
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from captioner.audio.devices import Device
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.mixer import MixedSource
from captioner.audio.source import Absent, Source
from captioner.meeting.plan import Mix, Plan, demo_plan, file_plan, live_plan, sample_recording
from captioner.settings.choices import Diarization, Settings
from captioner.streaming import SAMPLE_RATE, AudioFrame, ConfigurationError, StreamEvent
from captioner.streaming.errors import SourceError
from captioner.transcript.model import Segment
from tests.audio.virtual import ScriptedSource, live, run

TO_SERVER = Settings(engine="deepgram", deepgram_url="ws://127.0.0.1:1")


def _silence(path: Path, seconds: int, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(bytes(2 * channels * SAMPLE_RATE * seconds))
    return path


def test_without_any_source_nothing_is_started() -> None:
    nothing = replace(Settings(), microphone_on=False, system_on=False)

    with pytest.raises(ConfigurationError, match="No sound source"):
        live_plan(lambda: nothing)


def test_a_source_that_is_off_is_a_silent_channel_without_a_name() -> None:
    only_system = replace(Settings(), microphone_on=False)
    plan = live_plan(lambda: only_system)

    assert plan.source_names() == (None, "system")
    assert isinstance(plan.open_source(0), MixedSource)


def test_whatever_is_opened_is_the_choice_of_the_moment() -> None:
    chosen = [Settings()]
    plan = live_plan(lambda: chosen[-1])
    assert plan.open_channel
    before = plan.open_channel(0, 0)

    chosen.append(replace(Settings(), microphone_on=False, system="alsa_output.usb"))

    assert isinstance(before, MicrophoneSource)
    assert isinstance(plan.open_channel(0, 0), Absent)
    assert plan.source_names() == (None, "system")
    assert plan.device_ids() == (None, "alsa_output.usb")


def test_what_hears_the_call_is_a_mix_whose_devices_can_be_exchanged(tmp_path: Path) -> None:
    assert isinstance(live_plan(Settings).open_source(0), Mix)
    assert not isinstance(file_plan(_silence(tmp_path / "a.wav", 1), Settings()).open_source(0), Mix)


def test_a_call_that_cannot_be_heard_on_this_system_is_said_when_it_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(device: str | None, **_: object) -> Source:
        raise SourceError("There is no way to it on this system")

    monkeypatch.setattr("captioner.meeting.plan.system_source", refuse)
    plan = live_plan(Settings)
    assert plan.open_channel
    source = plan.open_channel(1, 0)

    with pytest.raises(SourceError, match="no way to it"):
        asyncio.run(source.__aenter__())


def test_a_source_that_is_missing_at_the_start_is_opened_by_the_choices_of_the_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = [Settings()]

    def microphone(device: str | None, **_: object) -> Source:
        missing = SourceError("There is no microphone")
        return ScriptedSource(live(0, 9, 11), refuses=None if device == "desk" else missing)

    def system(device: str | None, **_: object) -> Source:
        return ScriptedSource(live(0, 9, 22))

    async def scenario() -> None:
        mix = live_plan(lambda: chosen[-1]).open_source(0)
        assert isinstance(mix, Mix)
        async with mix:
            await asyncio.sleep(3)
            assert mix.losses[0]
            chosen.append(Settings(microphone="desk"))
            await asyncio.sleep(3)
            assert mix.losses == (None, None)

    monkeypatch.setattr("captioner.meeting.plan.MicrophoneSource", microphone)
    monkeypatch.setattr("captioner.meeting.plan.system_source", system)
    run(scenario())


def test_a_headset_is_known_by_the_name_of_its_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    headset = Device("bluez_input.1", "Headset", "microphone", True, is_telephone=True)
    devices = [headset, Device("alsa_input.1", "Camera", "microphone", False)]
    monkeypatch.setattr("captioner.meeting.plan.list_devices", lambda: devices)

    plan = live_plan(Settings)

    assert plan.is_telephone("Headset")
    assert not plan.is_telephone("Camera")


def test_without_a_sound_server_no_headset_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> list[Device]:
        raise SourceError("There is no sound server")

    monkeypatch.setattr("captioner.meeting.plan.list_devices", refuse)

    assert not live_plan(Settings).is_telephone("Headset")


def test_a_recording_goes_on_after_a_pause_where_it_stood(tmp_path: Path) -> None:
    plan = file_plan(_silence(tmp_path / "a.wav", 2), Settings(), speed=0)

    async def frames(count: int) -> list[AudioFrame]:
        async with plan.open_source(plan.now()) as source:
            heard: list[AudioFrame] = []
            async for frame in source:
                heard.append(frame)
                if len(heard) == count:
                    break
            return heard

    first, second = asyncio.run(frames(3)), asyncio.run(frames(1000))

    assert second[0].start == first[-1].end
    assert second[-1].end == 2 * SAMPLE_RATE


def test_the_sides_of_a_split_recording_have_names_unless_they_are_off(tmp_path: Path) -> None:
    path = _silence(tmp_path / "a.wav", 1, channels=2)

    assert file_plan(path, Settings(), channels="split").title == "a"
    assert file_plan(path, Settings(), channels="split").open_source(0).channels == 2


def _said(plan: Plan, channel: int, speaker: int | None) -> str | None:
    """The name under which a voice of a channel is shown."""
    event = StreamEvent.Transcript("s", 0, "Yes.", 0.0, 1.0, True, channel_index=channel, speaker=speaker)
    (change,) = plan.assembler.apply(event)
    assert isinstance(change.row, Segment)
    return change.row.speaker


@pytest.mark.parametrize(
    ("diarization", "mine", "theirs"),
    [("off", None, None), ("channels", "You", "Others"), ("engine", "You", "Speaker 1")],
)
def test_in_a_call_the_engine_tells_the_others_apart_and_you_stay_exact(
    diarization: Diarization, mine: str | None, theirs: str | None
) -> None:
    chosen = replace(TO_SERVER, diarization=diarization)

    assert _said(live_plan(lambda: chosen), 0, 7) == mine
    assert _said(live_plan(lambda: chosen), 1, 7) == theirs


def test_where_nobody_says_whose_voice_it_is_the_channel_has_its_name() -> None:
    chosen = replace(TO_SERVER, diarization="engine")

    assert _said(live_plan(lambda: chosen), 1, None) == "Others"


def test_with_the_microphone_alone_the_engine_tells_the_voices_before_it_apart() -> None:
    chosen = replace(TO_SERVER, diarization="engine", system_on=False)

    assert _said(live_plan(lambda: chosen), 0, 7) == "Speaker 1"


def test_a_mixed_recording_has_voices_and_a_split_one_has_sides(tmp_path: Path) -> None:
    path = _silence(tmp_path / "a.wav", 1, channels=2)
    chosen = replace(TO_SERVER, diarization="engine")

    assert _said(file_plan(path, chosen), 0, 7) == "Speaker 1"
    assert _said(file_plan(path, chosen, channels="split"), 1, 7) == "Right"


def test_a_plan_names_its_engine(tmp_path: Path) -> None:
    assert live_plan(lambda: TO_SERVER).engine == "deepgram"
    assert file_plan(tmp_path / "a.wav", Settings()).engine == "local"


def test_a_language_that_the_embedded_engine_does_not_know_is_refused(tmp_path: Path) -> None:
    german = replace(Settings(), language="de")

    with pytest.raises(ConfigurationError, match="language is 'de'"):
        live_plan(lambda: german)
    assert live_plan(lambda: replace(TO_SERVER, language="de")).engine == "deepgram"


def test_the_sample_is_heard_by_the_embedded_engine_whatever_is_chosen() -> None:
    pytest.importorskip("moonshine_voice")

    assert demo_plan(replace(TO_SERVER, language="de", diarization="engine")).engine == "local"


def test_the_sample_is_the_public_domain_reading_only() -> None:
    pytest.importorskip("moonshine_voice")

    assert sample_recording().name == "two_cities.wav"
    assert "sample" in demo_plan(Settings()).title
