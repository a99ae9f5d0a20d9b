"""The sound servers of the tests are private, and come back after a crash."""

from tests.sound_server import CALL, MICROPHONE, ROOM, SPARE, PrivateSoundServer


def devices(server: PrivateSoundServer) -> tuple[set[str], str, str]:
    """The names of all sources, and the default sink and source."""
    lines = server.pactl("list", "short", "sources").splitlines()
    names = {line.split("\t")[1] for line in lines}
    return names, server.pactl("get-default-sink"), server.pactl("get-default-source")


def test_a_server_has_its_own_devices_and_no_other_and_has_them_again_after_a_crash(
    any_sound_server: PrivateSoundServer,
) -> None:
    monitors = {f"{sink}.monitor" for sink in (CALL, SPARE, ROOM)}
    expected = monitors | {MICROPHONE}, CALL, MICROPHONE
    assert devices(any_sound_server) == expected

    any_sound_server.unplug(CALL)
    changed = devices(any_sound_server)
    any_sound_server.stop()
    any_sound_server.start_again()

    assert f"{CALL}.monitor" not in changed[0]
    assert changed[1] != CALL
    assert devices(any_sound_server) == expected
