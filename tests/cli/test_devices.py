"""`captioner devices`."""

import pytest

from captioner.cli.devices import list_all
from tests.sound_server import CALL, MICROPHONE, ROOM, SPARE, PrivateSoundServer


def test_each_device_is_a_line_and_the_default_of_each_kind_is_marked(
    sound_server: PrivateSoundServer, capsys: pytest.CaptureFixture[str]
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
