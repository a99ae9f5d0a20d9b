"""Whether windows can be shown."""

import socket
from pathlib import Path

import pytest

from captioner.cli.display import has_display


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": "nonsense"},
        {"DISPLAY": ":4711"},
        {"DISPLAY": "127.0.0.1:4711"},
        {"WAYLAND_DISPLAY": "wayland-0"},
        {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/nonexistent"},
    ],
)
def test_a_screen_that_does_not_answer_is_none(env: dict[str, str]) -> None:
    assert not has_display(env)


def test_a_wayland_socket_that_answers_is_a_screen(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-0"))
        server.listen()

        assert has_display({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)})


def test_a_platform_chosen_by_hand_is_believed() -> None:
    assert has_display({"QT_QPA_PLATFORM": "offscreen"})
