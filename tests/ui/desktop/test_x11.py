"""What is asked of an X server, on real screens of our own."""

import shutil
import subprocess

import pytest

from captioner.ui.desktop.x11 import X11, stick
from tests.end_to_end.display import PrivateDisplay, until

NOBODYS = 0x0BADBAD


def test_a_window_that_is_not_there_has_nothing(x11: X11) -> None:
    assert x11.numbers(NOBODYS, "_NET_WM_STATE") == ()
    assert x11.text(NOBODYS, "_NET_WM_NAME") == ""
    assert x11.place(NOBODYS) is None
    assert not x11.is_above(NOBODYS)
    assert not x11.is_on_all_desktops(NOBODYS)


def test_a_mistake_of_ours_ends_nothing(x11: X11) -> None:
    x11.stick(NOBODYS)
    x11.give_keyboard(NOBODYS, 0)

    assert x11.manager
    assert not x11.is_lost


def test_only_what_the_server_has_is_said_to_be_there(x11: X11) -> None:
    assert x11.has_extension("SHAPE")
    assert not x11.has_extension("NO-SUCH-THING")
    assert x11.supports("_NET_WM_STATE_ABOVE")
    assert not x11.supports("_NO_SUCH_THING")


def test_the_window_of_another_program_is_left_alone(on_screen: PrivateDisplay, x11: X11) -> None:
    (theirs,) = x11.numbers(x11.root, "_NET_SUPPORTING_WM_CHECK")
    before = x11.numbers(theirs, "_NET_WM_DESKTOP")

    assert not stick(theirs)
    assert not stick(NOBODYS)

    assert x11.numbers(theirs, "_NET_WM_DESKTOP") == before


def test_without_a_screen_nothing_sticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":65000")

    assert not stick(NOBODYS)


def test_who_blends_windows_is_noticed(screen: PrivateDisplay, x11: X11) -> None:
    if not shutil.which("picom"):
        pytest.skip("picom is not installed")
    assert not x11.has_compositor

    running = subprocess.Popen(
        ["picom", "--backend", "xrender"], env=dict(screen.env), stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: x11.has_compositor)
    finally:
        running.terminate()
        running.wait()


def test_a_server_that_is_gone_is_noticed() -> None:
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-nolisten", "tcp"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert server.stdout
    with server.stdout as pipe:
        x11 = X11(f":{pipe.readline().decode().strip()}")
    server.terminate()
    server.wait()

    assert not x11.supports("_NET_WM_STATE_ABOVE")
    assert list(x11.events()) == []
    assert x11.is_lost
    x11.close()
