"""`captioner devices`."""

import pytest

from captioner.cli.devices import TELEPHONE, list_all
from tests.audio.headset import HEADSET, plug_headset
from tests.sound_server import CALL, MICROPHONE, ROOM, SPARE, PrivateSoundServer, tone
from tests.waiting import until_true


def test_each_device_is_a_line_and_the_default_of_each_kind_is_marked(
    any_sound_server: PrivateSoundServer, capsys: pytest.CaptureFixture[str]
) -> None:
    code = list_all()

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0] == f"* microphone\tDesk microphone\t{MICROPHONE}"
    assert sorted(lines[1:]) == [
        f"  system\tRoom\t{ROOM}",
        f"  system\tSpare\t{SPARE}",
        f"* system\tCall\t{CALL}",
    ]


def test_a_program_that_plays_is_listed_and_a_telephone_has_a_note(
    any_sound_server: PrivateSoundServer, capsys: pytest.CaptureFixture[str]
) -> None:
    plug_headset(any_sound_server)
    any_sound_server.play(tone(440, 20), CALL)
    until_true(lambda: "paplay" in any_sound_server.pactl("list", "sink-inputs"))

    list_all()

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "  application\tpaplay\tapp:paplay"
    assert f"  microphone\tBuds\t{HEADSET}\t{TELEPHONE}" in lines
