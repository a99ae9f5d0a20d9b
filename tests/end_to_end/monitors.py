"""Monitors of a private screen, plugged and unplugged: RandR's, of which one X screen may have several."""

import ctypes
import ctypes.util
from collections.abc import Generator
from contextlib import contextmanager


def can_be_plugged() -> bool:
    """Whether the library is there."""
    return ctypes.util.find_library("Xrandr") is not None


class _Monitor(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_ulong),
        *((name, ctypes.c_int) for name in ("primary", "automatic", "outputs_count")),
        *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "mm_width", "mm_height")),
        ("outputs", ctypes.c_void_p),
    )


class Monitors:
    """Of a display: the left 800 pixels of its screen, and for as long as it is plugged the rest."""

    def __init__(self, display: str) -> None:
        self._x = ctypes.CDLL(ctypes.util.find_library("X11"))
        self._randr = ctypes.CDLL(ctypes.util.find_library("Xrandr"))
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XInternAtom.restype = self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._randr.XRRGetMonitors.restype = ctypes.POINTER(_Monitor)
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        count = ctypes.c_int()
        whole = self._randr.XRRGetMonitors(self._display, self._root, 1, ctypes.byref(count))[0]
        self._size = whole.width, whole.height
        # The only output belongs to the left one, so that nothing of the screen is in both.
        self._set("left", 0, 800, 1, whole.outputs)
        self.plug()

    def close(self) -> None:
        """End the connection; the monitors stay."""
        self._x.XCloseDisplay(self._display)

    def plug(self) -> None:
        self._set("right", 800, self._size[0] - 800, 0, None)

    def unplug(self) -> None:
        self._randr.XRRDeleteMonitor(self._display, self._root, self._atom("right"))
        self._x.XSync(self._display, 0)

    def _set(self, name: str, x: int, width: int, count: int, outputs: int | None) -> None:
        height = self._size[1]
        monitor = _Monitor(self._atom(name).value, count, 0, count, x, 0, width, height, 200, 200, outputs)
        self._randr.XRRSetMonitor(self._display, self._root, ctypes.byref(monitor))
        self._x.XSync(self._display, 0)

    def _atom(self, name: str) -> ctypes.c_ulong:
        return ctypes.c_ulong(self._x.XInternAtom(self._display, name.encode(), 0))


@contextmanager
def two_monitors(display: str) -> Generator[Monitors]:
    """A display's screen as two monitors."""
    monitors = Monitors(display)
    try:
        yield monitors
    finally:
        monitors.close()
