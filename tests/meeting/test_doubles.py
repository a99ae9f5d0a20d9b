"""What is shown of a meeting in which the microphone hears the loudspeaker."""

from collections.abc import Sequence

import numpy as np
import pytest

from captioner.meeting.doubles import Doubles
from captioner.streaming.events import AnyEvent, SupersededEvent, TranscriptEvent
from captioner.streaming.frames import AudioFrame
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, Segment, Transcript
from tests.audio.voices import Sound, frames, heard, voice

LENGTH = 30.0
OTHERS = voice(LENGTH, 1, 190.0)
MINE = voice(LENGTH, 2)
ROOM = np.random.default_rng(3).normal(0, 0.0005, len(OTHERS))
ITEM = "The first item is the budget for next year."


def at(sound: Sound, start: float, end: float) -> Sound:
    part = np.zeros_like(sound)
    part[round(start * 16_000) : round(end * 16_000)] = sound[round(start * 16_000) : round(end * 16_000)]
    return part


class Scene:
    """A meeting with a loudspeaker that plays from 2 to 16 s, and what is seen and printed of its lines."""

    def __init__(self, own: Sound | float = 0.0, gain: float = 0.25) -> None:
        self.system = at(OTHERS, 2.0, 16.0)
        self.microphone = own + heard(self.system, gain, 0.1) + ROOM
        self.doubles = Doubles()
        self.transcript = Transcript()
        self.assembler = Assembler(self.transcript, "balanced", {0: "You", 1: "Others"})
        self.seen: list[Segment] = []
        self.printed: list[str] = []
        self._frames = frames(self.microphone, self.system)
        self._revision = 0

    def hear(self, until: float) -> None:
        while self._frames and self._frames[0].end <= until * 16_000:
            self.doubles.hear(self._frames.pop(0))
            self.see(self.doubles.tick())

    def say(self, name: str, text: str, start: float, end: float, *, final: bool = True) -> None:
        """Names of the microphone's lines begin with "m"."""
        self._revision += 1
        channel = 0 if name.startswith("m") else 1
        self.tell(
            TranscriptEvent(name, self._revision, text, start, end, is_final=final, channel_index=channel)
        )

    def tell(self, event: AnyEvent) -> None:
        self.see(self.doubles.follow(self.assembler.apply(event)))

    def rename(self, old: str, new: str) -> None:
        self.see(self.doubles.follow(self.assembler.name_speakers(self.assembler.renamed(old, new))))

    def see(self, changes: Sequence[Change]) -> None:
        for change in changes:
            row = change.row
            assert isinstance(row, Segment)
            if change.kind == "added":
                self.seen.insert(change.index, row)
            elif change.kind == "updated":
                self.seen[change.index] = row
            else:
                self.seen.pop(change.index)
            if row.is_final and change.kind != "removed":
                self.printed.append(row.text)

    @property
    def texts(self) -> list[str]:
        return [f"{row.committed} {row.tail}".strip() for row in self.seen]


def test_a_copy_is_never_seen_whichever_line_is_final_first() -> None:
    for first, second in (("m1", "s1"), ("s1", "m1")):
        scene = Scene()
        scene.hear(12.5)

        scene.say(first, ITEM, 8.0, 12.0)
        scene.say(second, ITEM, 8.0, 12.0)

        assert (scene.texts, scene.printed, scene.doubles.hidden) == ([ITEM], [ITEM], 1)
        assert dict(scene.doubles.take_verdicts()) == {"m1": True}
        assert not scene.doubles.take_verdicts()


def test_a_copy_is_not_seen_while_it_is_said() -> None:
    scene = Scene()
    before: list[str] = []
    for end, text in ((9.0, "The"), (10.0, "The first item"), (12.0, ITEM)):
        scene.hear(end + 0.2)
        scene.say("m1", text, 8.0, end, final=False)
        assert scene.texts == before
        scene.say("s1", text, 8.0, end, final=False)
        assert scene.texts == (before := [text])


def test_a_line_with_another_name_waits_no_longer_for_the_others_words() -> None:
    scene = Scene()
    scene.hear(20.0)
    scene.say("m1", ITEM, 8.0, 12.0)

    scene.hear(23.5)
    scene.rename("You", "Ada")
    assert scene.texts == []
    scene.hear(24.5)

    assert (scene.texts, [line.speaker for line in scene.seen]) == ([ITEM], ["Ada"])


def test_a_line_with_another_name_is_not_judged_anew_when_all_about_it_is_forgotten() -> None:
    scene = Scene()
    scene.hear(12.5)
    scene.say("m1", ITEM, 8.0, 12.0)
    scene.hear(30.0)
    for frame in frames(voice(70.0, 5), voice(70.0, 6)):
        scene.doubles.hear(AudioFrame(frame.start + round(LENGTH) * 16_000, frame.samples))
    scene.see(scene.doubles.tick())
    scene.say("s1", ITEM, 8.0, 12.0)
    assert scene.texts == [ITEM, ITEM]

    scene.rename("You", "Ada")

    assert sorted((line.speaker, line.text) for line in scene.seen) == [("Ada", ITEM), ("Others", ITEM)]


def test_an_engine_that_is_behind_has_the_others_words_later() -> None:
    scene = Scene()
    scene.doubles.behind = 10.0
    scene.hear(13.0)

    scene.say("m1", ITEM, 8.0, 12.0)
    scene.hear(25.0)
    assert scene.texts == []
    scene.say("s1", ITEM, 8.0, 12.0)

    assert (scene.texts, scene.printed) == ([ITEM], [ITEM])


def test_words_of_ones_own_pass_at_once() -> None:
    scene = Scene(own=at(MINE, 20.0, 23.0) + at(MINE, 4.0, 7.0))

    scene.hear(7.5)
    scene.say("m1", "I agree with", 4.0, 6.0, final=False)
    assert scene.texts == ["I agree with"]
    scene.hear(23.5)
    scene.say("m2", "Please send me the plan.", 20.0, 23.0)
    assert scene.texts == ["I agree with", "Please send me the plan."]


def test_without_an_echo_nothing_is_hidden() -> None:
    scene = Scene(own=at(MINE, 4.0, 15.0), gain=0.0)
    scene.hear(13.0)

    for number, (start, text) in enumerate([(4.0, "yes"), (6.0, "okay"), (8.0, ITEM)]):
        scene.say(f"s{number}", text, start, start + 1.0)
        scene.say(f"m{number}", text, start, start + 1.0)

    assert (len(scene.seen), scene.doubles.hidden) == (6, 0)
    assert not scene.doubles.take_verdicts()


def test_an_echo_that_the_others_words_never_cover_is_shown_after_four_seconds() -> None:
    scene = Scene()
    scene.hear(12.5)
    scene.say("m1", ITEM, 8.0, 12.0)
    scene.hear(15.9)
    assert scene.texts == []

    scene.hear(16.2)

    assert scene.texts == scene.printed == [ITEM]


def test_a_line_that_comes_minutes_late_waits_from_then_on() -> None:
    scene = Scene()
    scene.hear(25.0)
    scene.say("m1", ITEM, 8.0, 12.0)
    scene.hear(28.9)
    assert scene.texts == []

    scene.say("s1", ITEM, 8.0, 12.0)

    assert (scene.texts, scene.doubles.hidden) == ([ITEM], 1)


def test_the_others_words_are_cut_out_of_a_line_of_ones_own() -> None:
    scene = Scene(own=at(MINE, 6.0, 8.0))
    scene.hear(12.5)
    scene.say("m1", "I agree.", 6.0, 8.0, final=False)
    scene.say("m1", f"I agree. {ITEM}", 6.0, 12.0)
    assert (scene.texts, scene.printed) == (["I agree."], [])  # the end waits for the others

    scene.say("s1", ITEM, 8.2, 12.0)

    assert (scene.texts, scene.printed) == (["I agree.", ITEM], [ITEM, "I agree."])
    assert dict(scene.doubles.take_verdicts()) == {"m1": "I agree."}
    assert [row.text for row in scene.transcript.segments()] == [f"I agree. {ITEM}", ITEM]


def test_what_the_others_are_recognised_to_have_said_later_is_cut_as_well() -> None:
    scene = Scene(own=at(MINE, 8.0, 9.5))
    scene.hear(13.0)
    scene.say("m1", f"{ITEM} I agree. Then we close the meeting.", 4.0, 12.5)
    scene.say("s1", ITEM, 4.0, 7.9)
    scene.hear(24.0)
    assert scene.texts == ["I agree. Then we close the meeting.", ITEM]

    scene.say("s2", "Then we close the meeting.", 9.8, 12.5)

    assert scene.texts == ["I agree.", ITEM, "Then we close the meeting."]
    assert dict(scene.doubles.take_verdicts()) == {"m1": "I agree."}


def test_what_was_cut_stays_cut_when_the_others_are_recognised_differently() -> None:
    scene = Scene(own=at(MINE, 6.0, 8.0))
    scene.hear(12.5)
    scene.say("s1", ITEM, 8.2, 12.0, final=False)
    scene.say("m1", f"I agree. {ITEM}", 6.0, 12.0)
    assert scene.texts == ["I agree.", ITEM]

    scene.say("s1", "Nobody knows who that was.", 8.2, 12.0)

    assert scene.texts == ["I agree.", "Nobody knows who that was."]


def test_words_of_ones_own_over_music_wait_a_second_at_most() -> None:
    scene = Scene(own=at(MINE, 6.0, 8.0))
    scene.hear(11.5)
    scene.say("m1", "I agree with the", 6.0, 10.9, final=False)
    assert scene.texts == ["I agree with the"]

    scene.say("m1", "I agree with the plan.", 6.0, 11.0)
    scene.hear(12.2)

    assert scene.printed == ["I agree with the plan."]


def test_what_is_hidden_is_shown_and_hidden_again() -> None:
    scene = Scene()
    scene.hear(14.0)
    for name, start in (("s1", 4.0), ("m1", 4.0), ("s2", 9.0), ("m2", 9.0)):
        scene.say(name, ITEM, start, start + 4.0)
    assert (len(scene.seen), scene.doubles.hidden) == (2, 2)

    scene.see(scene.doubles.show())
    assert (len(scene.seen), scene.doubles.hidden) == (4, 2)
    scene.see(scene.doubles.hide())
    assert (len(scene.seen), scene.doubles.hidden) == (2, 2)


def test_nothing_is_hidden_while_everything_is_shown() -> None:
    scene = Scene()
    scene.see(scene.doubles.show())
    scene.hear(12.5)

    scene.say("m1", ITEM, 8.0, 12.0)
    scene.say("s1", ITEM, 8.0, 12.0)

    assert (len(scene.seen), scene.doubles.hidden) == (2, 1)
    assert dict(scene.doubles.take_verdicts()) == {"m1": True}


def test_a_copy_stays_hidden_while_another_engine_hears_the_original_again() -> None:
    scene = Scene()
    scene.hear(12.5)
    for name in ("s1", "m1"):
        scene.say(name, ITEM, 8.0, 12.0)

    scene.tell(SupersededEvent(("s1",), 8.0, 12.0))
    assert scene.texts == []
    scene.say("s2", ITEM, 8.0, 12.0)

    assert (scene.texts, scene.doubles.hidden) == ([ITEM], 1)


def test_a_copy_whose_original_is_gone_is_shown() -> None:
    scene = Scene()
    scene.hear(12.5)
    for name in ("s1", "m1"):
        scene.say(name, ITEM, 8.0, 12.0)
    scene.doubles.take_verdicts()

    scene.tell(SupersededEvent(("s1",), 8.0, 12.0))
    scene.hear(17.0)

    assert (scene.texts, scene.doubles.hidden) == ([ITEM], 0)
    assert dict(scene.doubles.take_verdicts()) == {"m1": False}


def test_at_a_pause_nothing_waits_any_longer() -> None:
    scene = Scene()
    scene.hear(12.5)
    scene.say("m1", ITEM, 8.0, 12.0)

    scene.see(scene.doubles.settle())

    assert scene.texts == [ITEM]


@pytest.mark.parametrize("saved", [False, True])
def test_a_hidden_line_stays_hidden_when_it_is_saved(saved: bool) -> None:
    scene = Scene(own=at(MINE, 3.0, 5.0))
    scene.hear(12.5)
    scene.say("m0", f"I agree. {ITEM}", 3.0, 8.0)
    scene.say("s0", ITEM, 5.2, 8.0)
    for name in ("s1", "m1"):
        scene.say(name, ITEM, 8.0, 12.0)
    before = scene.texts

    for name in ("m0", "m1"):
        change = scene.assembler.mark_saved(name, saved)
        scene.see(scene.doubles.follow([change] if change else []))

    assert scene.texts == before
    assert [row.saved for row in scene.seen if row.id == "m0"] == [saved]


def test_a_withdrawn_copy_is_not_counted() -> None:
    scene = Scene()
    scene.hear(12.5)
    for name in ("s1", "m1"):
        scene.say(name, ITEM, 8.0, 12.0)

    scene.tell(SupersededEvent(("m1",), 8.0, 12.0))

    assert (scene.doubles.hidden, scene.texts) == (0, [ITEM])
