"""What we use of libxcb, by ctypes: Qt needs the same library wherever it shows windows by X11.

Not Xlib: its errors go to one handler of the whole process, and when the server goes it ends the process.
"""

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int, c_uint8, c_uint16, c_uint32, c_void_p
from typing import Any

_LIBRARY, _SHAPES = "libxcb.so.1", "libxcb-shape.so.0"


class Cookie(Structure):
    _fields_ = (("sequence", c_uint32),)


class Screen(Structure):
    """Begins with the id of its root window."""

    _fields_ = (("root", c_uint32),)


class Screens(Structure):
    _fields_ = (("screen", POINTER(Screen)), ("rem", c_int), ("index", c_int))


class Setup(Structure):
    """What the server says at the beginning, as far as the codes of its keys."""

    _fields_ = (("head", c_uint8 * 34), ("least_code", c_uint8), ("largest_code", c_uint8))


class Error(Structure):
    _fields_ = (("response_type", c_uint8), ("code", c_uint8))


class Atom(Structure):
    """Also the reply that names a selection's owner."""

    _fields_ = (("head", c_uint8 * 8), ("value", c_uint32))


class Property(Structure):
    _fields_ = (
        ("response_type", c_uint8),
        ("format", c_uint8),
        ("head", c_uint8 * 14),
        ("count", c_uint32),
        ("pad", c_uint8 * 12),
    )


class Keys(Structure):
    """The reply with the keyboard's symbols, or with the keys of the eight modifiers: `width` for each."""

    _fields_ = (("response_type", c_uint8), ("width", c_uint8))


class Tree(Structure):
    _fields_ = (("head", c_uint8 * 8), ("root", c_uint32), ("parent", c_uint32))


class Extension(Structure):
    _fields_ = (("head", c_uint8 * 8), ("is_there", c_uint8))


class Rectangles(Structure):
    _fields_ = (("head", c_uint8 * 8), ("count", c_uint32))


class Point(Structure):
    """Where a point of one window is in another."""

    _fields_ = (("head", c_uint8 * 12), ("x", ctypes.c_int16), ("y", ctypes.c_int16))


class Event(Structure):
    """A pressed or released key; of other kinds only the first field means the same."""

    _fields_ = (
        ("response_type", c_uint8),
        ("code", c_uint8),
        ("sequence", c_uint16),
        ("time", c_uint32),
        ("windows", c_uint32 * 3),
        ("places", ctypes.c_int16 * 4),
        ("state", c_uint16),
        ("pad", c_uint16),
    )


class Message(Structure):
    """A client's message of five numbers, as window managers expect it."""

    _fields_ = (
        ("response_type", c_uint8),
        ("format", c_uint8),
        ("sequence", c_uint16),
        ("window", c_uint32),
        ("type", c_uint32),
        ("numbers", c_uint32 * 5),
    )


_ONE, _LIST = c_uint8, c_void_p
_REQUESTS: dict[str, tuple[Any, ...]] = {
    "intern_atom": (_ONE, c_uint16, c_char_p),
    "get_property": (_ONE, c_uint32, c_uint32, c_uint32, c_uint32, c_uint32),
    "get_selection_owner": (c_uint32,),
    "query_extension": (c_uint16, c_char_p),
    "get_keyboard_mapping": (_ONE, _ONE),
    "get_modifier_mapping": (),
    "query_tree": (c_uint32,),
    "translate_coordinates": (c_uint32, c_uint32, ctypes.c_int16, ctypes.c_int16),
}
_ORDERS: dict[str, tuple[Any, ...]] = {
    "change_property_checked": (_ONE, c_uint32, c_uint32, c_uint32, _ONE, c_uint32, _LIST),
    "send_event_checked": (_ONE, c_uint32, c_uint32, _LIST),
    "grab_key_checked": (_ONE, c_uint32, c_uint16, _ONE, _ONE, _ONE),
    "ungrab_key_checked": (_ONE, c_uint32, c_uint16),
}
_REPLIES: dict[str, Any] = {
    "intern_atom": Atom,
    "get_property": Property,
    "get_selection_owner": Atom,
    "query_extension": Extension,
    "get_keyboard_mapping": Keys,
    "get_modifier_mapping": Keys,
    "query_tree": Tree,
    "translate_coordinates": Point,
}
_ANSWERS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "connect": (c_void_p, (c_char_p, POINTER(c_int))),
    "disconnect": (None, (c_void_p,)),
    "connection_has_error": (c_int, (c_void_p,)),
    "get_file_descriptor": (c_int, (c_void_p,)),
    "get_setup": (POINTER(Setup), (c_void_p,)),
    "setup_roots_iterator": (Screens, (POINTER(Setup),)),
    "screen_next": (None, (POINTER(Screens),)),
    "flush": (c_int, (c_void_p,)),
    "poll_for_event": (POINTER(Event), (c_void_p,)),
    "request_check": (POINTER(Error), (c_void_p, Cookie)),
    "get_property_value": (c_void_p, (POINTER(Property),)),
    "get_keyboard_mapping_keysyms": (POINTER(c_uint32), (POINTER(Keys),)),
    "get_modifier_mapping_keycodes": (POINTER(c_uint8), (POINTER(Keys),)),
}


class Xcb:
    """The library with its types: `call("flush", connection)`. OSError where it is not installed."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(_LIBRARY)
        self._shapes = ctypes.CDLL(_SHAPES)
        free = ctypes.CDLL(None).free
        free.argtypes = (c_void_p,)
        self.free = free
        for name, words in (_REQUESTS | _ORDERS).items():
            self._declare(self._library, f"xcb_{name}", Cookie, (c_void_p, *words))
        for name, reply in _REPLIES.items():
            self._declare(self._library, f"xcb_{name}_reply", POINTER(reply), (c_void_p, Cookie, c_void_p))
        for name, (answer, words) in _ANSWERS.items():
            self._declare(self._library, f"xcb_{name}", answer, words)
        self._declare(self._shapes, "xcb_shape_get_rectangles", Cookie, (c_void_p, c_uint32, _ONE))
        reply = POINTER(Rectangles)
        self._declare(self._shapes, "xcb_shape_get_rectangles_reply", reply, (c_void_p, Cookie, c_void_p))

    def _declare(self, library: ctypes.CDLL, name: str, answer: Any, words: tuple[Any, ...]) -> None:
        function = getattr(library, name)
        function.restype, function.argtypes = answer, words

    def call(self, name: str, *words: Any) -> Any:
        """One of the functions by its name without "xcb_"."""
        library = self._shapes if name.startswith("shape_") else self._library
        return getattr(library, f"xcb_{name}")(*words)
