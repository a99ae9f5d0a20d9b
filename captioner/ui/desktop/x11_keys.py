"""Keys that are ours wherever the keyboard is, by X11: no Qt."""

from collections.abc import Iterable, Iterator
from itertools import chain, combinations

from captioner.ui.desktop.shortcuts import MISSING, TAKEN
from captioner.ui.desktop.x11 import BAD_ACCESS, X11, KeyEvent, KeysChanged

_ANY_OF = {"Ctrl": (0xFFE3, 0xFFE4), "Alt": (0xFFE9, 0xFFEA), "Shift": (0xFFE1,), "Super": (0xFFEB, 0xFFEC)}
_CAPS_LOCK = 1 << 1
_LOCKS = (0xFF7F, 0xFF14)  # Num Lock and Scroll Lock are on whatever modifier the keyboard's layout says
_MODIFIERS = 0xFF


class X11Keys:
    """Grabs keys like "Ctrl+Alt+P" (a Latin letter or a digit last) and says which were pressed.

    `fileno` of its X11 is readable when `pressed` may have something.
    """

    def __init__(self, x11: X11) -> None:
        self._x11 = x11
        self._held: dict[str, set[tuple[int, int]]] = {}  # code and modifiers, each with every lock
        self._released: dict[int, int] = {}
        self.time = 0
        """When the last of them was pressed, in the server's milliseconds."""
        self._learn()

    def take(self, keys: str) -> str:
        """Have these keys from now on. Returns why not; "" = they are ours."""
        wanted = self._places(keys)
        if not wanted:
            return MISSING
        for done, (code, state) in enumerate(wanted):
            if error := self._x11.grab(code, state):
                self._ungrab(wanted[:done])
                return TAKEN if error == BAD_ACCESS else f"error {error} of the screen"
        self._held[keys] = set(wanted)
        return ""

    def leave(self) -> None:
        """Leave all of them to others."""
        for grabbed in self._held.values():
            self._ungrab(grabbed)
        self._held.clear()

    def pressed(self) -> Iterator[str]:
        """The keys that were pressed since; once each, however long they are held."""
        for event in self._x11.events():
            match event:
                case KeyEvent(is_press=True):
                    # A key that is held goes up and down again within the same millisecond.
                    is_repeated = self._released.get(event.code) == event.time
                    place = (event.code, event.modifiers & _MODIFIERS)
                    if not is_repeated:
                        self.time = event.time
                        yield from (keys for keys, grabbed in self._held.items() if place in grabbed)
                case KeyEvent():
                    self._released[event.code] = event.time
                case KeysChanged():
                    self._follow_layout()

    def _learn(self) -> None:
        self._codes = self._x11.symbols()
        self._modifiers = self._x11.modifiers()

    def _follow_layout(self) -> None:
        """The letters may be on other keys now. What stays is not let go: a press would be missed.

        This comes also when somebody goes on typing on another keyboard.
        """
        self._learn()
        for keys, before in self._held.items():
            wanted = set(self._places(keys))
            self._ungrab(before - wanted)
            self._held[keys] = {place for place in wanted if place in before or not self._x11.grab(*place)}

    def _places(self, keys: str) -> list[tuple[int, int]]:
        """Where these keys are: code and modifiers, with every combination of locks. [] = nowhere."""
        *names, letter = keys.split("+")
        modifiers = [self._modifier(_ANY_OF[name]) for name in names]
        codes = self._codes.get(ord(letter.lower()), set()) if all(modifiers) else set[int]()
        return [(code, sum(modifiers) | locks) for code in codes for locks in self._locks()]

    def _modifier(self, symbols: tuple[int, ...]) -> int:
        """The bit of the modifier that has one of these keys; 0 = none has."""
        codes = set(chain.from_iterable(self._codes.get(symbol, ()) for symbol in symbols))
        return next((1 << place for place, on in enumerate(self._modifiers) if on & codes), 0)

    def _locks(self) -> set[int]:
        """Every combination of locks that may be on: a grab is for exactly one."""
        bits = {_CAPS_LOCK, *(self._modifier((lock,)) for lock in _LOCKS)} - {0}
        return {sum(on) for count in range(len(bits) + 1) for on in combinations(bits, count)}

    def _ungrab(self, grabbed: Iterable[tuple[int, int]]) -> None:
        for code, state in grabbed:
            self._x11.ungrab(code, state)
