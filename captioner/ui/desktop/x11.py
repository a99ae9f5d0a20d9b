"""What only X11 can be asked, over a connection of our own: no Qt, and nothing of Qt's is touched."""

import ctypes
import os
import struct
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from captioner.ui.desktop import xcb

ALL_DESKTOPS = 0xFFFF_FFFF
BAD_ACCESS = 10
"""The error of a key that another program has."""

_CARDINAL, _ATOM, _WINDOW = 6, 4, 33
_REPLACE, _ASYNCHRONOUS = 0, 1
_KEY_PRESS, _KEY_RELEASE, _MAPPING_CHANGED, _CLIENT_MESSAGE = 2, 3, 34, 33
_TO_MANAGER = 0x18_0000  # SubstructureNotify and SubstructureRedirect
_INPUT_SHAPE = 2
_LONGEST = 4096


class KeyEvent(NamedTuple):
    """A grabbed key went down or up. `time`: the server's, in milliseconds."""

    is_press: bool
    code: int
    modifiers: int
    time: int


class KeysChanged(NamedTuple):
    """The keyboard has another layout: codes mean other letters now."""


class X11:
    """A connection to the display of this environment, or to another one. OSError where there is none."""

    def __init__(self, display: str | None = None) -> None:
        self._xcb = xcb.Xcb()
        number = ctypes.c_int()
        name = display.encode() if display else None
        self._connection = self._xcb.call("connect", name, ctypes.byref(number))
        if self.is_lost:
            self.close()
            raise ConnectionError("no X server answers")
        self.screen = number.value
        self._setup = self._xcb.call("get_setup", self._connection)
        screens = self._xcb.call("setup_roots_iterator", self._setup)
        for _ in range(self.screen):
            self._xcb.call("screen_next", ctypes.byref(screens))
        self.root: int = screens.screen.contents.root
        self._atoms: dict[str, int] = {}

    def close(self) -> None:
        """End the connection; its grabs end with it."""
        self._xcb.call("disconnect", self._connection)

    @property
    def is_lost(self) -> bool:
        """Whether the server is gone: nothing more comes of this connection."""
        return bool(self._xcb.call("connection_has_error", self._connection))

    def fileno(self) -> int:
        """Readable when `events` has some."""
        return self._xcb.call("get_file_descriptor", self._connection)

    # -- windows

    def numbers(self, window: int, name: str) -> tuple[int, ...]:
        """A window's property of numbers, atoms or windows; () = it has none, or there is no such window."""
        with self._property(window, name) as (found, value):
            if found.format != 32:
                return ()
            return struct.unpack(f"={found.count}I", ctypes.string_at(value, found.count * 4))

    def text(self, window: int, name: str) -> str:
        """A window's property of text; "" = it has none."""
        with self._property(window, name) as (found, value):
            is_text = found.format == 8
            return ctypes.string_at(value, found.count).decode(errors="replace") if is_text else ""

    def is_ours(self, window: int) -> bool:
        """Whether this process made the window. Numbers of other platforms of Qt's mean nothing here."""
        return self.numbers(window, "_NET_WM_PID") == (os.getpid(),)

    def stick(self, window: int) -> None:
        """Show it on every workspace. After each map: a window manager forgets what it no longer shows."""
        # Who is not managed yet is found with the property, who is managed already gets the message.
        value = (ctypes.c_uint32 * 1)(ALL_DESKTOPS)
        desktop = self.atom("_NET_WM_DESKTOP")
        self._order("change_property_checked", _REPLACE, window, desktop, _CARDINAL, 32, 1, value)
        self._tell_manager(window, "_NET_WM_DESKTOP", ALL_DESKTOPS, 1)

    def give_keyboard(self, window: int, time: int) -> None:
        """Ask the window manager to put it in front with the keyboard, for what was done at this time."""
        by_a_program = 1
        self._tell_manager(window, "_NET_ACTIVE_WINDOW", by_a_program, time)

    def is_on_all_desktops(self, window: int) -> bool:
        """Whether the window manager shows it on every workspace."""
        return self.numbers(window, "_NET_WM_DESKTOP") == (ALL_DESKTOPS,)

    def is_above(self, window: int) -> bool:
        """Whether the window manager keeps it above all that are not above others themselves."""
        stack = self.numbers(self.root, "_NET_CLIENT_LIST_STACKING")
        over = stack[stack.index(window) + 1 :] if window in stack else (0,)
        above = self.atom("_NET_WM_STATE_ABOVE")
        return all(above in self.numbers(each, "_NET_WM_STATE") for each in (window, *over))

    def lets_clicks_through(self, window: int) -> bool:
        """Whether neither the window nor the frame around it takes the mouse."""
        while window and window != self.root:
            if self._takes_input(window):
                return False
            with self._reply("query_tree", window) as tree:
                window = tree.parent if tree else 0
        return True

    def place(self, window: int) -> tuple[int, int] | None:
        """Where its upper left corner is on the screen, in pixels; None = there is no such window."""
        with self._reply("translate_coordinates", window, self.root, 0, 0) as point:
            return (point.x, point.y) if point else None

    # -- the desktop

    @property
    def manager(self) -> str:
        """The window manager's name; "" = there is none."""
        for window in self.numbers(self.root, "_NET_SUPPORTING_WM_CHECK"):
            if self.numbers(window, "_NET_SUPPORTING_WM_CHECK") == (window,):  # not of one that is gone
                return self.text(window, "_NET_WM_NAME") or "a window manager"
        return ""

    def supports(self, name: str) -> bool:
        """Whether the window manager says that it does this, "_NET_WM_STATE_ABOVE" for example."""
        return self.atom(name) in self.numbers(self.root, "_NET_SUPPORTED")

    def has_extension(self, name: str) -> bool:
        """Whether the server has it, "SHAPE" for example."""
        with self._reply("query_extension", len(name), name.encode()) as extension:
            return bool(extension and extension.is_there)

    @property
    def has_compositor(self) -> bool:
        """Whether somebody blends windows: without, what is translucent is black."""
        with self._reply("get_selection_owner", self.atom(f"_NET_WM_CM_S{self.screen}")) as owner:
            return bool(owner and owner.value)

    # -- keys

    def symbols(self) -> dict[int, set[int]]:
        """The codes of the keys that give a symbol, in any of the keyboard's layouts."""
        least, largest = self._setup.contents.least_code, self._setup.contents.largest_code
        codes: dict[int, set[int]] = {}
        with self._reply("get_keyboard_mapping", least, largest - least + 1) as keys:
            if keys:
                values = self._xcb.call("get_keyboard_mapping_keysyms", ctypes.byref(keys))
                for place in range((largest - least + 1) * keys.width):
                    codes.setdefault(values[place], set()).add(least + place // keys.width)
        return codes

    def modifiers(self) -> list[set[int]]:
        """The codes of the keys of each of the eight modifiers, Shift first."""
        with self._reply("get_modifier_mapping") as keys:
            if keys is None:
                return [set() for _ in range(8)]
            values = self._xcb.call("get_modifier_mapping_keycodes", ctypes.byref(keys))
            return [set(values[row * keys.width : (row + 1) * keys.width]) - {0} for row in range(8)]

    def grab(self, code: int, modifiers: int) -> int:
        """Have this key wherever the keyboard is. Returns 0, or the error: `BAD_ACCESS` for example."""
        return self._order("grab_key_checked", 1, self.root, modifiers, code, _ASYNCHRONOUS, _ASYNCHRONOUS)

    def ungrab(self, code: int, modifiers: int) -> None:
        """Leave the key to others."""
        self._order("ungrab_key_checked", code, self.root, modifiers)

    def events(self) -> Iterator[KeyEvent | KeysChanged]:
        """What has come since; does not wait."""
        while event := self._xcb.call("poll_for_event", self._connection):
            kind, found = event.contents.response_type & 0x7F, event.contents
            code, state, time = found.code, found.state, found.time
            self._xcb.free(event)
            if kind in (_KEY_PRESS, _KEY_RELEASE):
                yield KeyEvent(kind == _KEY_PRESS, code, state, time)
            elif kind == _MAPPING_CHANGED:
                yield KeysChanged()

    # -- the wire

    def atom(self, name: str) -> int:
        """The number that the server has for a name."""
        if name not in self._atoms:
            with self._reply("intern_atom", 0, len(name), name.encode()) as atom:
                self._atoms[name] = atom.value if atom else 0
        return self._atoms[name]

    @contextmanager
    def _property(self, window: int, name: str) -> Generator[tuple[Any, int]]:
        any_type = 0
        with self._reply("get_property", 0, window, self.atom(name), any_type, 0, _LONGEST) as found:
            if found is None:
                yield xcb.Property(), 0
            else:
                yield found, self._xcb.call("get_property_value", ctypes.byref(found))

    def _takes_input(self, window: int) -> bool:
        with self._reply("shape_get_rectangles", window, _INPUT_SHAPE) as rectangles:
            return bool(rectangles and rectangles.count)

    def _tell_manager(self, window: int, name: str, *numbers: int) -> None:
        message = xcb.Message(
            _CLIENT_MESSAGE, 32, 0, window, self.atom(name), (ctypes.c_uint32 * 5)(*numbers)
        )
        self._order("send_event_checked", 0, self.root, _TO_MANAGER, ctypes.byref(message))

    @contextmanager
    def _reply(self, name: str, *words: Any) -> Generator[Any]:
        """The answer, None = an error. It is only there within the `with`."""
        cookie = self._xcb.call(name, self._connection, *words)
        error = ctypes.c_void_p()
        reply = self._xcb.call(f"{name}_reply", self._connection, cookie, ctypes.byref(error))
        try:
            yield reply.contents if reply else None
        finally:
            self._xcb.free(reply)
            self._xcb.free(error)

    def _order(self, name: str, *words: Any) -> int:
        """Ask for something without an answer; 0, or the error."""
        cookie = self._xcb.call(name, self._connection, *words)
        error = self._xcb.call("request_check", self._connection, cookie)
        code = error.contents.code if error else 0
        self._xcb.free(error)
        return code


def stick(window: int) -> bool:
    """Show this window of ours on every workspace; call it after each map, once Qt has sent that off.

    False = it cannot be: no X11, or not a window of this process there.
    """
    try:
        connection = X11()
    except OSError:
        return False
    with closing(connection) as x11:
        if not x11.is_ours(window):
            return False
        x11.stick(window)
        return True
