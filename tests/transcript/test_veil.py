"""Whatever happens to the transcript and to the veil: who sees the shown rows sees the filtered list."""

from hypothesis import given
from hypothesis import strategies as st

from captioner.transcript.model import Change, GapRow, Row, Segment
from captioner.transcript.veil import Veil

IDS = [f"s{number}" for number in range(5)]


def line(name: str, text: str = "text") -> Segment:
    return Segment(name, 0, "You", 1.0, 2.0, text, committed=text)


class Scene:
    """The full rows, what was said of each id, and what somebody saw who followed the veil's changes."""

    def __init__(self) -> None:
        self.veil = Veil()
        self.rows: list[Row] = []
        self.looks: dict[str, Segment | None] = {}
        self.seen: list[Row] = []

    def see(self, changes: list[Change]) -> None:
        for change in changes:
            match change.kind:
                case "added":
                    self.seen.insert(change.index, change.row)
                case "updated":
                    assert self.seen[change.index] != change.row
                    self.seen[change.index] = change.row
                case "removed":
                    assert self.seen.pop(change.index) == change.row

    def expected(self) -> list[Row]:
        looks = [self.looks.get(row.id, row) if isinstance(row, Segment) else row for row in self.rows]
        return [look for look in looks if look is not None]

    def names(self) -> list[str]:
        return [row.id for row in self.rows if isinstance(row, Segment)]


def act(scene: Scene, data: st.DataObject) -> None:
    """One thing that may happen."""
    free = [name for name in IDS if name not in scene.names()]
    deed = data.draw(st.sampled_from(["add", "gap", "update", "remove", "hide", "show", "show as", "as"]))
    name, text = data.draw(st.sampled_from(IDS)), data.draw(st.sampled_from(["a", "b"]))
    if deed in ("add", "gap") and (deed == "gap" or free):
        row = line(free[0], text) if deed == "add" else GapRow(1.0, 2.0, text)
        index = data.draw(st.integers(0, len(scene.rows)))
        scene.rows.insert(index, row)
        scene.see(scene.veil.follow([Change("added", index, row)]))
    elif deed in ("update", "as") and scene.names():
        name = data.draw(st.sampled_from(scene.names()))
        index = next(i for i, row in enumerate(scene.rows) if isinstance(row, Segment) and row.id == name)
        row = line(name, text)
        scene.rows[index] = row
        change = Change("updated", index, row)
        if deed == "as":
            scene.looks[row.id] = look = data.draw(st.sampled_from([None, row, line(row.id, "look")]))
            scene.see(scene.veil.follow_as(change, look))
            if look == row:
                del scene.looks[row.id]
        else:
            scene.see(scene.veil.follow([change]))
    elif deed == "remove" and scene.rows:
        index = data.draw(st.integers(0, len(scene.rows) - 1))
        scene.see(scene.veil.follow([Change("removed", index, scene.rows.pop(index))]))
    elif deed == "hide":
        scene.looks[name] = None
        scene.see(scene.veil.hide(name))
    elif deed == "show":
        scene.looks.pop(name, None)
        scene.see(scene.veil.show(name))
    elif deed == "show as":
        scene.looks[name] = look = line(name, data.draw(st.sampled_from(["a", "look"])))
        scene.see(scene.veil.show_as(look))
        if look in scene.rows:
            del scene.looks[name]  # shown as it is, also when it goes on


@given(data=st.data(), deeds=st.integers(1, 30))
def test_the_shown_rows_are_the_full_ones_without_the_hidden(data: st.DataObject, deeds: int) -> None:
    scene = Scene()

    for _ in range(deeds):
        act(scene, data)

        assert scene.seen == scene.expected()


def test_a_line_that_is_hidden_before_it_is_there_never_shows() -> None:
    veil = Veil()

    veil.hide("a")

    assert veil.follow([Change("added", 0, line("a")), Change("added", 1, line("b"))]) == [
        Change("added", 0, line("b"))
    ]
    assert veil.show("a") == [Change("added", 0, line("a"))]


def test_a_line_that_is_shown_as_it_is_goes_on() -> None:
    veil = Veil()
    veil.hide("a")
    veil.follow([Change("added", 0, line("a", "I would"))])

    veil.show_as(line("a", "I would"))

    assert veil.follow([Change("updated", 0, line("a", "I would like"))]) == [
        Change("updated", 0, line("a", "I would like"))
    ]
