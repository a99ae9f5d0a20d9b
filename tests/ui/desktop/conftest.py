"""A screen of our own whose X server the tests of this process ask; Qt stays without one."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from captioner.ui.desktop.x11 import X11
from tests.end_to_end.display import PrivateDisplay, is_installed, private_display


@pytest.fixture(scope="module", params=["openbox", "xfwm4"])
def screen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PrivateDisplay]:
    """Each test runs under both window managers; skipped where one is missing."""
    if not is_installed(request.param):
        pytest.skip(f"Xvfb, xdotool or {request.param} is not installed")
    folder = tmp_path_factory.mktemp("screen")
    with private_display(folder, manager=request.param) as display:
        yield display


@pytest.fixture
def x11(screen: PrivateDisplay) -> Iterator[X11]:
    with closing(X11(screen.env["DISPLAY"])) as connection:
        yield connection


@pytest.fixture
def on_screen(screen: PrivateDisplay, monkeypatch: pytest.MonkeyPatch) -> PrivateDisplay:
    """What asks the environment finds this screen."""
    monkeypatch.setenv("DISPLAY", screen.env["DISPLAY"])
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return screen
