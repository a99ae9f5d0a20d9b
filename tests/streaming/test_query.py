"""Values, checked before they are sent."""

import pytest

from captioner.streaming import ConfigurationError
from captioner.streaming.query import FrozenMapping, check_keyterms, shown


def test_terms_are_counted_by_the_least_that_they_can_be() -> None:
    assert check_keyterms(["word"] * 500) == ("word",) * 500
    with pytest.raises(ConfigurationError, match="at least 501 tokens"):
        check_keyterms(["word"] * 501)
    with pytest.raises(ConfigurationError, match="keyterm"):
        check_keyterms("x" * 24 * 501)


def test_what_is_refused_is_shown_short_and_on_one_line() -> None:
    assert shown(10**5000) == "of type int"
    assert "\n" not in shown("a\u2028b\nc")
    assert len(shown("x" * 100_000)) == 60


def test_unknown_parameters_compare_without_their_order() -> None:
    one = FrozenMapping([("a", ("1",)), ("b", ("2",))])
    other = FrozenMapping([("b", ("2",)), ("a", ("1",))])

    assert one == other == {"a": ("1",), "b": ("2",)}
    assert hash(one) == hash(other)
    assert list(one) == ["a", "b"]
