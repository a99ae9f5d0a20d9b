"""What the self-test says, on real screens and where there is none."""

import subprocess
from collections.abc import Iterator
from contextlib import closing

import pytest

from captioner.ui.desktop.abilities import Ability, abilities
from captioner.ui.desktop.shortcuts import KEYS, TAKEN, WHY_NOT
from captioner.ui.desktop.x11 import X11
from captioner.ui.desktop.x11_keys import X11Keys
from tests.end_to_end.display import PrivateDisplay


def _by_name(found: list[Ability]) -> dict[str, Ability]:
    return {ability.what: ability for ability in found}


def _no_screen() -> X11:
    raise ConnectionError("no X server answers")


def test_a_window_manager_is_asked_what_it_can(on_screen: PrivateDisplay) -> None:
    found = _by_name(abilities())

    assert [name for name, ability in found.items() if not ability.works] == [
        "see-through",
        "hidden from sharing",
    ]
    above = {"Openbox": ", but below a full-screen window you work in", "Xfwm4": ""}
    expected = [f"{name} keeps captions above other windows{but}" for name, but in above.items()]
    assert found["on top"].words in expected
    assert found["keys everywhere"].words == ", ".join(KEYS.values())


def test_looking_takes_no_key_from_anybody(on_screen: PrivateDisplay) -> None:
    abilities()

    with closing(X11(on_screen.env["DISPLAY"])) as other:
        assert [X11Keys(other).take(keys) for keys in KEYS.values()] == [""] * len(KEYS)


def test_a_key_that_another_program_has_is_named(on_screen: PrivateDisplay) -> None:
    with closing(X11(on_screen.env["DISPLAY"])) as other:
        X11Keys(other).take("Ctrl+Alt+T")
        keys = _by_name(abilities())["keys everywhere"]

    assert not keys.works
    assert keys.words == f"Ctrl+Alt+T: {TAKEN}"
    assert "Ctrl+Alt+P" in keys.remedy


def test_a_program_that_runs_says_itself_which_keys_it_has(on_screen: PrivateDisplay) -> None:
    with closing(X11(on_screen.env["DISPLAY"])) as ours:
        for keys in KEYS.values():
            X11Keys(ours).take(keys)

        assert _by_name(abilities(refused={}))["keys everywhere"].works


def test_xwayland_gives_no_keys(on_screen: PrivateDisplay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")

    keys = _by_name(abilities())["keys everywhere"]

    assert not keys.works
    assert keys.words == WHY_NOT["xwayland"]


@pytest.fixture
def bare(on_screen: PrivateDisplay, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A screen that nobody manages."""
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-nolisten", "tcp"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert server.stdout
    with server.stdout as pipe:
        monkeypatch.setenv("DISPLAY", f":{pipe.readline().decode().strip()}")
        yield
    server.terminate()
    server.wait()


@pytest.mark.usefixtures("bare")
def test_without_a_window_manager_nothing_is_on_top() -> None:
    found = _by_name(abilities())

    assert not found["on top"].works
    assert found["on top"].words == "there is no window manager"
    assert found["on top"].remedy


@pytest.mark.parametrize("where", ["x11", "xwayland", "wayland", "windows", "macos"])
def test_whatever_does_not_work_has_a_way_out(where: str) -> None:
    found = abilities(where, {"hold": TAKEN}, _no_screen)  # type: ignore[arg-type]

    assert any(not ability.works for ability in found)
    assert all(ability.works or ability.remedy for ability in found)


def test_without_a_screen_there_is_nothing_to_say() -> None:
    assert abilities("none") == []
