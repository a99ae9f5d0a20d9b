"""What is said of devices, and what was missed, while a scripted call goes on."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from captioner.audio.source import Loss
from captioner.meeting.hearing import NOT_CONNECTED, Hearing, Moment
from captioner.meeting.holes import Missed
from captioner.meeting.listener import Notice
from captioner.meeting.notices import Notices
from captioner.meeting.plan import Mix as MixPort
from captioner.meeting.pump import Choice
from captioner.streaming import SAMPLE_RATE, AudioFrame, StreamEvent
from captioner.streaming.frames import Samples
from captioner.transcript.model import GapRow
from tests.audio import speech
from tests.meeting.devices import BLOCK, UNPLUGGED, Devices, Mix, room
from tests.meeting.gaps import gap_rows

BOTH: tuple[Choice | None, ...] = (("microphone", None), ("system", None))
NAMED: tuple[Choice | None, ...] = (("microphone", "alsa_input.usb"), ("system", "alsa_output.pci"))
SLEPT = "The computer was asleep"


@dataclass
class Call:
    """A call that is heard second by second. `sounds`: what each channel repeats, None = a quiet room.

    `told`: the codes that stood at some time, with the second in which they came up.
    """

    heard: tuple[Choice | None, ...] = BOTH
    sounds: list[Samples | None] = field(default_factory=lambda: [None, None])
    is_listening: bool = True
    told: dict[str, float] = field(default_factory=dict[str, float])
    missed: list[Missed] = field(default_factory=list[Missed])
    slept: int = 0

    def __post_init__(self) -> None:
        self.devices = Devices()
        self.position = 0
        self.notices: dict[str, Notice] = {}
        self.hearing = Hearing(Notices(self._note))
        self.mix: MixPort = Mix(lambda: self.position, self.devices)

    def _note(self, notices: tuple[Notice, ...]) -> None:
        self.notices = {notice.code: notice for notice in notices}
        for code in self.notices:
            self.told.setdefault(code, self.position / SAMPLE_RATE)

    def play(self, seconds: float, *, is_heard: bool = True) -> None:
        """So much time passes; `is_heard` False: no frame comes."""
        for _ in range(round(seconds * 20)):
            if is_heard:
                self.hearing.hear(self._frame())
            self.position += BLOCK
            if self.position % (5 * BLOCK) == 0:
                self.look()

    def look(self) -> None:
        """One look at how it stands."""
        seconds = (self.position - self.slept) / SAMPLE_RATE
        moment = Moment(self.position, seconds, self.mix, self.heard, self.is_listening)
        self.missed += self.hearing.look(moment)

    def sleep(self, seconds: float) -> None:
        """The computer sleeps: the meeting clock runs on, the loop's does not."""
        self.position += round(seconds * SAMPLE_RATE)
        self.slept += round(seconds * SAMPLE_RATE)

    def say(self, channel: int, text: str = "Yes.") -> None:
        """An engine has words for a channel."""
        self.hearing.follow(StreamEvent.Transcript("s", 0, text, 0.0, 1.0, channel_index=channel))

    def catch_up(self, seconds: int, kept: int) -> None:
        """Nobody looks for so long; the sources bring the first `kept` seconds of it."""
        until = self.position + seconds * SAMPLE_RATE
        for _ in range(kept * 20):
            self.hearing.hear(self._frame())
            self.position += BLOCK
        self.position = until

    @property
    def gaps(self) -> list[tuple[float, float, str]]:
        """What was missed, of each gap the last that was said."""
        return [(each.gap.start, each.gap.end, each.gap.cause) for each in self.missed if each.is_over]

    def _frame(self) -> AudioFrame:
        samples = np.zeros((BLOCK, 2), np.int16)
        for channel in (0, 1):
            if self.heard[channel] is None or self.devices.losses[channel]:
                continue
            sound = self.sounds[channel]
            start = self.position % len(sound) if sound is not None else 0
            samples[:, channel] = (
                room(channel, self.position) if sound is None else sound[start : start + BLOCK]
            )
        return AudioFrame(self.position, samples)


SILENCE = np.zeros(SAMPLE_RATE, np.int16)


# -- devices that are lost


def test_a_lost_device_is_said_within_two_seconds_and_forgotten_when_it_is_back() -> None:
    call = Call()
    call.play(10)

    call.devices.unplug(0, 10.0)
    call.play(5)
    lost = call.notices["lost:microphone"]
    call.devices.plug(0, "Headset")
    call.play(1)

    assert (lost.title, lost.body, lost.ways) == (UNPLUGGED, "Connect it again.", ("sources",))
    assert call.told["lost:microphone"] <= 11
    assert call.notices == {}
    assert call.gaps == [(10.0, 15.0, UNPLUGGED)]


def test_a_device_that_is_back_within_half_a_second_is_nothing_to_speak_of() -> None:
    call = Call()
    call.play(10)

    call.devices.unplug(1, 10.0)
    call.play(0.4)
    call.devices.plug(1, "Built-in Audio")
    call.play(5)

    assert (call.told, call.missed) == ({}, [])


def test_a_substitute_that_is_heard_is_named_and_leaves_no_gap() -> None:
    call = Call(NAMED)
    call.play(10)

    call.devices.unplug(0, 10.0)
    call.play(0.9)
    call.devices.plug(0, "Camera", is_substitute=True)
    call.play(20)
    said = call.notices["lost:microphone"]
    call.devices.plug(0, "Headset")
    call.play(1)

    assert (said.title, said.body) == (UNPLUGGED, "Captions go on with Camera.")
    assert (call.notices, call.missed) == ({}, [])


def test_a_substitute_that_is_not_heard_yet_is_not_named_and_is_missed() -> None:
    call = Call(NAMED)
    call.play(10)

    call.devices.unplug(0, 10.0)
    call.devices.names[0] = "Camera"  # it is being opened
    call.play(5)
    said = call.notices["lost:microphone"]
    call.devices.plug(0, "Camera", is_substitute=True)
    call.play(5)

    assert said.body == "Connect it again."
    assert call.notices["lost:microphone"].body == "Captions go on with Camera."
    assert call.gaps == [(10.0, 15.0, UNPLUGGED)]


def test_a_substitute_from_the_start_is_named_until_the_chosen_one_is_there() -> None:
    call = Call(NAMED)
    call.devices.plug(0, "Camera", is_substitute=True)
    call.play(5)
    said = call.notices["lost:microphone"]
    call.devices.plug(0, "Headset")
    call.play(1)

    assert (said.title, said.body) == (NOT_CONNECTED, "Captions go on with Camera.")
    assert (call.notices, call.missed) == ({}, [])


def test_a_microphone_that_never_was_there_is_noticed_and_is_no_gap_until_it_was_heard() -> None:
    call = Call()
    call.devices.losses[0] = Loss(0, "missing", "There is no microphone", "Connect one")
    call.play(20)
    said = call.notices["lost:microphone"]
    call.devices.plug(0, "Headset")
    call.play(5)
    found = (dict(call.notices), list(call.missed))
    call.devices.unplug(0, 25.0)
    call.play(5)
    call.devices.plug(0, "Headset")
    call.play(2)

    assert (said.title, said.body) == ("There is no microphone", "Connect one.")
    assert found == ({}, [])
    assert call.gaps == [(25.0, 30.0, UNPLUGGED)]


def test_a_default_that_changes_is_followed_without_a_word() -> None:
    call = Call()
    call.play(10)

    call.devices.plug(1, "Headset")
    call.play(10)

    assert call.told == {}


def test_the_chosen_device_under_another_name_is_no_substitute() -> None:
    call = Call(NAMED)
    call.play(10)

    call.devices.plug(1, "Built-in Audio Digital Stereo (HDMI)")  # its profile was changed
    call.play(10)

    assert call.told == {}


def test_another_choice_is_no_substitute() -> None:
    call = Call(NAMED)
    call.play(10)

    call.heard = (None, NAMED[1])  # while the devices change
    call.play(0.25)
    call.devices.plug(0, "Camera")
    call.heard = (("microphone", "alsa_input.camera"), NAMED[1])
    call.play(10)

    assert call.told == {}


def test_of_a_source_that_is_off_nothing_is_said_and_nothing_is_missed() -> None:
    call = Call((None, BOTH[1]))

    call.devices.unplug(0, 0.0)
    call.play(60)

    assert (call.told, call.missed) == ({}, [])


def test_a_gap_does_not_begin_before_its_source_is_switched_on() -> None:
    call = Call((None, BOTH[1]))
    call.play(60)

    call.devices.unplug(0, 2.0)
    call.heard = BOTH
    call.play(3)
    call.devices.plug(0, "Headset")
    call.play(3)

    assert call.gaps == [(60.25, pytest.approx(63, abs=0.01), UNPLUGGED)]


def test_switched_off_while_it_is_lost_the_gap_ends_there() -> None:
    call = Call()
    call.play(10)

    call.devices.unplug(0, 10.0)
    call.play(5)
    call.heard = (None, BOTH[1])
    call.play(20)

    assert call.notices == {}
    assert call.gaps == [(10.0, 15.25, UNPLUGGED)]


def test_a_pause_is_no_gap_and_leaves_no_notice() -> None:
    call = Call()
    call.play(10)

    call.devices.unplug(0, 10.0)
    call.play(5)
    call.missed += call.hearing.end()
    call.position += 60 * SAMPLE_RATE
    call.devices.plug(0, "Headset")
    call.play(10)

    assert call.notices == {}
    assert call.gaps == [(10.0, 15.0, UNPLUGGED)]


# -- the computer sleeps, the loop stands still


def test_sleep_is_a_gap_from_the_last_frame_to_the_moment_it_awoke() -> None:
    call = Call()
    call.play(10.1)

    call.sleep(600)
    call.look()
    call.play(10)

    assert call.gaps == [(10.1, 610.1, SLEPT)]
    assert call.told == {}


def test_after_sleep_a_call_in_which_nothing_is_heard_yet_makes_the_gap_no_longer() -> None:
    call = Call((None, BOTH[1]))
    call.play(10)

    call.sleep(600)
    call.play(20, is_heard=False)

    assert call.gaps == [(10.0, 610.25, SLEPT)]


def test_sleep_ends_with_the_first_frame_when_one_came_before_anybody_looked() -> None:
    call = Call()
    call.play(10.1)

    call.sleep(600)
    call.play(10)

    assert call.gaps == [(10.1, 610.1, SLEPT)]


def test_a_device_that_is_gone_after_sleep_adds_what_follows() -> None:
    call = Call((None, BOTH[1]))
    call.play(10)

    call.sleep(600)
    call.devices.unplug(1, 10.0)
    call.play(5, is_heard=False)
    call.devices.plug(1, "Built-in Audio")
    call.play(5)

    assert gap_rows(call.missed) == [GapRow(10.0, 610.25, SLEPT), GapRow(610.25, 615.0, UNPLUGGED)]


@pytest.mark.parametrize("kept", [0, 20])
def test_what_the_sources_kept_while_the_loop_stood_still_is_heard_and_the_rest_is_a_gap(kept: int) -> None:
    call = Call()
    call.play(10)

    call.catch_up(20, 20)
    call.look()
    assert (call.told, call.missed) == ({}, [])
    call.catch_up(60, kept)
    call.play(10)

    assert call.gaps == [(30.0 + kept, 90.0, "The program stood still")]
    assert call.told == {}


@pytest.mark.parametrize("is_late", [True, False])
def test_of_a_standstill_in_which_all_was_lost_no_gap_is_made_twice(is_late: bool) -> None:
    call = Call((None, BOTH[1]))
    call.play(10)

    call.play(30, is_heard=False)  # a program that plays nothing
    call.play(1)
    call.devices.unplug(1, 41.0)
    call.play(5, is_heard=False)
    call.catch_up(20, 0)
    call.play(5 * is_late, is_heard=False)
    call.devices.plug(1, "Built-in Audio")
    call.play(5)

    assert call.gaps == [(41.0, pytest.approx(66 + 5 * is_late, abs=0.01), UNPLUGGED)]


def test_after_a_pause_a_standstill_is_forgotten() -> None:
    call = Call()
    call.play(10)

    call.position += 60 * SAMPLE_RATE
    call.look()
    call.missed += call.hearing.end()
    call.position += 60 * SAMPLE_RATE
    call.play(5)

    assert call.missed == []


# -- silence


def test_a_muted_microphone_is_said_after_ten_seconds_and_a_silent_call_after_forty() -> None:
    call = Call(sounds=[SILENCE, SILENCE])

    call.play(60)

    assert 10 <= call.told["silent:microphone"] <= 11
    assert 40 <= call.told["silent:system"] <= 41
    assert call.notices["silent:microphone"].title == "Your microphone is silent"
    assert call.notices["silent:system"].title == "No sound from the call for 40 s"


def test_a_call_that_gives_no_frames_at_all_is_silent_too() -> None:
    call = Call((None, BOTH[1]))

    call.play(41, is_heard=False)

    assert list(call.notices) == ["silent:system"]


def test_a_quiet_room_is_not_silent() -> None:
    call = Call()

    call.play(120)

    assert call.told == {}


def test_silence_is_forgotten_with_the_first_sound_and_counts_anew_after_a_loss() -> None:
    call = Call(sounds=[SILENCE, None])
    call.play(15)

    call.sounds[0] = None
    call.play(1)
    assert call.notices == {}
    call.devices.unplug(0, 16.0)
    call.play(60)
    call.sounds[0] = SILENCE
    call.devices.plug(0, "Headset")
    call.play(9)

    assert "silent:microphone" not in call.notices


# -- speech without words


def test_speech_of_45_s_without_a_word_is_said_until_there_is_one() -> None:
    call = Call(sounds=[None, speech.voice(5)])

    call.play(44)
    assert call.notices == {}
    call.play(6)
    assert list(call.notices) == ["unheard:system"]
    assert call.notices["unheard:system"].title == "No words from the call for 45 s"
    call.say(1)

    assert call.notices == {}


def test_the_persons_own_speech_without_a_word_is_said_too() -> None:
    call = Call(sounds=[speech.voice(5), None])

    call.play(50)

    assert call.notices["unheard:microphone"].title == "No words from your microphone for 45 s"
    assert call.notices["unheard:microphone"].ways == ("settings", "sources")


def test_words_on_the_other_channel_and_empty_ones_do_not_count() -> None:
    call = Call(sounds=[None, speech.voice(5)])

    for _ in range(10):
        call.play(5)
        call.say(0)
        call.say(1, " ")

    assert list(call.notices) == ["unheard:system"]


def test_speech_that_becomes_words_is_never_said() -> None:
    call = Call(sounds=[None, speech.voice(5)])

    for _ in range(10):
        call.play(20)
        call.say(1)

    assert call.told == {}


def test_speech_that_is_scattered_over_hours_is_nothing_to_speak_of() -> None:
    call = Call(sounds=[None, speech.voice(5)])

    for _ in range(5):
        call.play(20)
        call.position += 600 * SAMPLE_RATE

    assert "unheard:system" not in call.told


def test_noise_and_a_line_on_hold_may_last() -> None:
    call = Call(sounds=[speech.noise(5), speech.hold_tone(5)])

    call.play(120)

    assert call.told == {}


def test_an_engine_that_is_lost_or_behind_is_not_blamed_for_it() -> None:
    call = Call(sounds=[None, speech.voice(5)], is_listening=False)

    call.play(120)

    assert call.told == {}


def test_the_others_out_of_the_loudspeaker_are_not_the_persons_own_words() -> None:
    call = Call(sounds=[speech.voice(5, 0.02), speech.voice(5)])

    for _ in range(10):
        call.play(10)
        call.say(1)

    assert call.told == {}


# -- too loud, too quiet


def test_a_microphone_that_cuts_off_is_said_while_it_does() -> None:
    loud = speech.voice(5, 3.0)
    call = Call(sounds=[loud, loud])

    for _ in range(4):
        call.play(5)
        call.say(0)
        call.say(1)
    assert [(notice.code, notice.severity) for notice in call.notices.values()] == [
        ("loud:microphone", "info")
    ]
    call.sounds[0] = None
    call.play(11)

    assert "loud:microphone" not in call.notices


def test_a_faint_voice_is_said_until_it_is_louder() -> None:
    call = Call(sounds=[speech.voice(5, 0.003), None])

    call.play(15)
    assert [(notice.code, notice.severity) for notice in call.notices.values()] == [
        ("quiet:microphone", "info")
    ]
    call.sounds[0] = speech.voice(5)
    call.play(10)

    assert "quiet:microphone" not in call.notices


@pytest.mark.parametrize("is_lost", [True, False])
def test_how_loud_a_voice_was_on_another_device_says_nothing_of_this_one(is_lost: bool) -> None:
    call = Call(sounds=[speech.voice(5, 0.003), None])
    call.play(15)
    assert "quiet:microphone" in call.notices

    if is_lost:
        call.devices.unplug(0, 15.0)
        call.play(5)
    call.sounds[0] = None
    call.devices.plug(0, "Camera")
    call.play(1)

    assert call.notices == {}


def test_levels_and_peaks_are_known_while_something_is_heard() -> None:
    call = Call(sounds=[None, speech.voice(5, 0.5)])

    call.play(5)
    levels, peaks = call.hearing.levels, call.hearing.peaks
    call.hearing.end()

    assert -120 < levels[0] < peaks[0] < -70 < -40 < levels[1] < peaks[1]
    assert peaks[1] > -12
    assert call.hearing.levels == call.hearing.peaks == ()
